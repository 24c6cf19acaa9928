package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What {@code tokenizer.json} says, read without the tokenizer library.
 *
 * @param tokens tokens by id, in the byte alphabet; an id without a token is an empty string
 * @param merges pairs of tokens that become one, best first
 * @param addedTokens the list as it stands in the file
 */
record TokenizerFile(
    JsonNode root,
    Map<String, Integer> vocabulary,
    List<String> tokens,
    List<Merge> merges,
    List<JsonNode> addedTokens) {
  /** Two keys of one name would hide a changed entry. */
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static final Map<Character, Integer> BYTES = byteAlphabet();

  /** Two tokens that become one. */
  record Merge(String left, String right) {}

  static TokenizerFile read(Path file) {
    JsonNode root;
    try {
      root = STRICT.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw unusable(
          file,
          e.getLocation() == null
              ? "it is nested too deep, or has a number of too many digits"
              : "line %d, column %d is no JSON, or names a key twice"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw unusable(file, "it cannot be read");
    }
    Map<String, Integer> vocabulary = new HashMap<>();
    root.path("model")
        .path("vocab")
        .properties()
        .forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue().asInt(-1)));
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : root.path("model").path("merges")) {
      merges.add(merge(file, merge));
    }
    List<JsonNode> added = new ArrayList<>();
    root.path("added_tokens").forEach(added::add);
    return new TokenizerFile(root, vocabulary, byId(vocabulary), merges, added);
  }

  /** {@code "a b"} as older files say it, or {@code ["a", "b"]}. */
  private static Merge merge(Path file, JsonNode merge) {
    List<String> parts = new ArrayList<>();
    if (merge.isTextual()) {
      parts.addAll(Arrays.asList(merge.asText().split(" ", -1)));
    } else {
      merge.forEach(part -> parts.add(part.asText()));
    }
    if (parts.size() != 2) {
      throw unusable(file, "a merge is no pair of tokens");
    }
    return new Merge(parts.get(0), parts.get(1));
  }

  private static List<String> byId(Map<String, Integer> vocabulary) {
    String[] tokens = new String[vocabulary.size()];
    Arrays.fill(tokens, "");
    vocabulary.forEach(
        (token, id) -> {
          if (id >= 0 && id < tokens.length) {
            tokens[id] = token;
          }
        });
    return List.of(tokens);
  }

  private static QwenVlException unusable(Path file, String why) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "Cannot use %s: %s; copy the checkpoint's tokenizer.json again".formatted(file, why));
  }

  /** SHA-256 over ids, tokens and merges, whatever the file's layout. */
  String vocabularySha256() {
    MessageDigest digest = Sha256.digest();
    for (int id = 0; id < tokens.size(); id++) {
      digest.update((id + " " + tokens.get(id) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    for (Merge merge : merges) {
      digest.update((merge.left() + " " + merge.right() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The bytes that a token stands for; a character outside the byte alphabet is left out. */
  static byte[] bytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      Integer value = BYTES.get(token.charAt(i));
      if (value != null) {
        bytes.write(value);
      }
    }
    return bytes.toByteArray();
  }

  /** The characters that stand for the 256 bytes. */
  static Iterable<Character> alphabet() {
    return BYTES.keySet();
  }

  /**
   * Printable characters of Latin-1 stand for themselves, the others for 256 and on. Source: {@code
   * bytes_to_unicode} of GPT-2.
   */
  private static Map<Character, Integer> byteAlphabet() {
    Map<Character, Integer> bytes = new HashMap<>();
    int next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xac) || value >= 0xae;
      bytes.put((char) (printable ? value : next++), value);
    }
    return bytes;
  }
}
