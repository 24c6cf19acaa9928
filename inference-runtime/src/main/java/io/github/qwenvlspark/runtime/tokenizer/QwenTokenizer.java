package io.github.qwenvlspark.runtime.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Utils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The byte-level BPE tokenizer of a checkpoint. Thread-safe. */
public final class QwenTokenizer implements AutoCloseable {
  static {
    // With CUDA on the machine the library would be fetched from the internet in a CUDA build.
    // Tokenizing needs no GPU: the build inside the jar is the one for all machines.
    if (Utils.getEnvOrSystemProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> specialTokens;
  private final Path file;

  private QwenTokenizer(
      HuggingFaceTokenizer tokenizer, Map<String, Integer> specialTokens, Path file) {
    this.tokenizer = tokenizer;
    this.specialTokens = specialTokens;
    this.file = file;
  }

  /**
   * Loads {@code tokenizer.json}. The caller closes the result.
   *
   * @throws QwenVlException INVALID_REQUEST if the file is missing or no tokenizer, or if the
   *     native library cannot be loaded on this machine
   */
  public static QwenTokenizer open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw unusable(file, "there is no such file", null);
    }
    Map<String, Integer> special = specialTokens(file);
    requireLibrary();
    try {
      return new QwenTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optAddSpecialTokens(false)
              .optTruncation(false)
              .optPadding(false)
              .build(),
          special,
          file);
    } catch (IOException | RuntimeException e) {
      throw unusable(file, "it is no tokenizer in Hugging Face form", e);
    }
  }

  /** First, since a tokenizer that is built without it blames the file. */
  private static void requireLibrary() {
    try {
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot load the native library of the tokenizer (%s): it needs glibc 2.34 or later, and a folder that can be written to and allows programs: set DJL_CACHE_DIR to one, or RUST_LIBRARY_PATH to the library"
              .formatted(root.getMessage()),
          e);
    }
  }

  private static Map<String, Integer> specialTokens(Path file) {
    Map<String, Integer> special = new LinkedHashMap<>();
    try {
      for (JsonNode token : new ObjectMapper().readTree(file.toFile()).path("added_tokens")) {
        if (token.path("special").asBoolean()) {
          special.put(token.path("content").asText(), token.path("id").asInt());
        }
      }
    } catch (IOException e) {
      throw unusable(file, "it cannot be read as JSON", e);
    }
    return special;
  }

  private static QwenVlException unusable(Path file, String why, Exception cause) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "Cannot use %s: %s; copy the checkpoint's tokenizer.json again".formatted(file, why),
        cause);
  }

  /** Ids of {@code text}; strings of added tokens become those tokens, nothing is added. */
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = Math.toIntExact(ids[i]);
    }
    return narrow;
  }

  /** Text of {@code ids} without special tokens; ids that no token has are left out. */
  public String decode(List<Integer> ids) {
    return decode(ids, true);
  }

  /** Text of {@code ids}, special tokens included. */
  public String decodeWithSpecialTokens(List<Integer> ids) {
    return decode(ids, false);
  }

  private String decode(List<Integer> ids, boolean skipSpecialTokens) {
    return tokenizer.decode(
        ids.stream().mapToLong(Integer::longValue).toArray(), skipSpecialTokens);
  }

  /** The strings that stand for special tokens, such as {@code <|im_end|>}. */
  public Set<String> specialStrings() {
    return specialTokens.keySet();
  }

  /** Id of a special token by its string. */
  public OptionalInt specialId(String token) {
    Integer id = specialTokens.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The bytes that each id stands for; none for added tokens and for ids that no token has. Read
   * anew from the file, which takes a moment.
   *
   * @throws QwenVlException INVALID_REQUEST if the file has gone since it was opened
   */
  public List<byte[]> tokenBytes() {
    try {
      return ByteLevel.tokenBytes(new ObjectMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw unusable(file, "it cannot be read as JSON", e);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
