package io.github.qwenvlspark.pipeline.manifest;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.PromptOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The identity of a request: SHA-256 over everything that decides its answer. Same key, same
 * answer. Each part is preceded by its length, so that no two lists of parts run together.
 */
public final class RequestKey {
  private final MessageDigest digest;

  private RequestKey() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /**
   * The key of one part of a document.
   *
   * @param content fingerprint of the document's bytes
   * @param part such as {@code page 3}
   * @param prompt the prompt as the model sees it
   * @param settings those that decide answers; whoever keeps the defaults keeps their keys
   */
  public static String of(
      String uri,
      String content,
      String part,
      Task task,
      String prompt,
      RunSettings settings,
      String modelFingerprint) {
    Precision precision = settings.engine().precision();
    Alternatives alternatives = settings.engine().alternatives();
    PromptOptions prompts = settings.prompt();
    RequestKey key =
        new RequestKey()
            .add(uri)
            .add(content)
            .add(part)
            .add(task.name())
            .add(task.system())
            .add(prompt)
            .add(task.order().name())
            .add(task.answer().name())
            .add(task.generation())
            .add(Integer.toString(task.minPixels()))
            .add(Integer.toString(task.maxPixels()))
            .add(Double.toString(task.fps()))
            .add(Integer.toString(task.minFrames()))
            .add(Integer.toString(task.maxFrames()))
            .add(Integer.toString(settings.pdf().scale(task).dpi()))
            .add(modelFingerprint);
    if (settings.engine().device() instanceof Device.Cuda) {
      key.add("bf16"); // what a GPU computes in; which one of several does not matter
    }
    if (precision != Precision.FP32) {
      key.add(precision.label());
    }
    if (!alternatives.equals(Alternatives.REFERENCE)) {
      key.add(alternatives.label());
    }
    if (!prompts.equals(PromptOptions.DEFAULT)) {
      key.add(prompts.visionIds().name()).add(Boolean.toString(prompts.neutraliseSpecialTokens()));
    }
    String huge = settings.pictures().of(task).label();
    if (!huge.isEmpty() && isPicture(part)) {
      key.add(huge);
    }
    String pages = settings.pdf().label(task);
    if (!pages.isEmpty() && part.startsWith("page")) {
      key.add(pages);
    }
    return key.hex();
  }

  /** Clips and conversations are never cut into tiles. */
  private static boolean isPicture(String part) {
    return part.startsWith("image") || part.startsWith("page");
  }

  /** A seed that follows from a request's key: equal requests draw equal tokens. */
  public static long seed(String key) {
    return Long.parseUnsignedLong(sha256(key).substring(0, 16), 16);
  }

  /** SHA-256 of a text, in hex. */
  public static String sha256(String text) {
    RequestKey key = new RequestKey();
    key.digest.update(text.getBytes(StandardCharsets.UTF_8));
    return key.hex();
  }

  private RequestKey add(String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
    return this;
  }

  private RequestKey add(GenerationOptions options) {
    add(options.mode().name())
        .add(Integer.toString(options.maxNewTokens()))
        .add(Double.toString(options.repetitionPenalty()))
        .add(Double.toString(options.temperature()))
        .add(Integer.toString(options.topK()))
        .add(Double.toString(options.topP()))
        .add(Double.toString(options.minP()))
        .add(Long.toString(options.seed()))
        .add(Integer.toString(options.stop().size()));
    options.stop().forEach(this::add);
    if (!options.stopLoops()) {
      add("stop_loops=false");
    }
    if (!options.responseSchema().isEmpty()) {
      add(options.responseSchema());
    }
    return this;
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
