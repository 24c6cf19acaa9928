package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All measures of a checkpoint, one after the other; none stops another. */
public final class Verification {
  /** Room for the shipped prompts and their answers. */
  private static final int MAX_TOKENS = 512;

  private final Path folder;
  private final Preparation preparation;
  private final String runtimeVersion;
  private final List<Check> checks =
      new ArrayList<>(
          List.of(
              new FilesCheck(),
              new WeightsCheck(),
              new TokenizerCheck(),
              new TemplateCheck(),
              new SizesCheck(),
              new PixelsCheck(),
              new JpegCheck(),
              new ClipsCheck(),
              new PositionsCheck(),
              new WindowsCheck(),
              new ChoiceCheck(),
              new BatchCheck(),
              new ChunkCheck(),
              new CacheCheck(),
              new StaleCacheCheck()));
  private int maxTokens = MAX_TOKENS;
  private Device device = Device.CPU;

  /**
   * Measures to be taken of a checkpoint.
   *
   * @throws QwenVlException INVALID_REQUEST if {@code folder} is no checkpoint folder
   */
  public Verification(Path folder, Preparation preparation, String runtimeVersion) {
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot verify %s: no config.json there; give a Hugging Face checkpoint directory"
              .formatted(folder));
    }
    this.folder = folder;
    this.preparation = preparation;
    this.runtimeVersion = runtimeVersion;
  }

  /**
   * Compares with what a Python stack answered, too.
   *
   * @param goldenFile written by {@code docs/verify-golden.py}
   * @throws QwenVlException INVALID_REQUEST if the file is no golden file
   */
  public Verification comparedWith(Path goldenFile) {
    GoldenFile golden = GoldenFile.read(goldenFile);
    maxTokens = Math.max(maxTokens, golden.mostTokens());
    if (!golden.files().isEmpty()) {
      checks.add(new GoldenFilesCheck(golden));
    }
    checks.addAll(
        List.of(
            new GoldenPromptsCheck(golden),
            new GoldenPixelsCheck(golden),
            new GoldenPositionsCheck(golden),
            new GoldenLogitsCheck(golden),
            new GoldenAnswersCheck(golden)));
    return this;
  }

  /** Runs the model there. */
  public Verification on(Device other) {
    device = other;
    return this;
  }

  /** Takes the measure of that name alone; none if there is no such measure. */
  public Verification only(String measure) {
    checks.removeIf(check -> !check.name().equals(measure));
    return this;
  }

  /** Takes this measure alone. */
  Verification only(Check check) {
    checks.clear();
    checks.add(check);
    return this;
  }

  /** Takes all measures; {@code listener} hears each as it is taken. */
  public Certificate run(Consumer<Measure> listener) {
    long start = System.nanoTime();
    List<Measure> measures = new ArrayList<>();
    try (Subject subject = new Subject(folder, preparation, maxTokens, device)) {
      for (Check check : checks) {
        Measure measure = take(check, subject);
        listener.accept(measure);
        measures.add(measure);
      }
      return new Certificate(
          folder.toAbsolutePath().normalize().getFileName().toString(),
          fingerprint(subject),
          runtimeVersion,
          files(subject),
          measures,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private static Measure take(Check check, Subject subject) {
    try {
      return check.take(subject);
    } catch (QwenVlException e) {
      return Measure.failed(check.name(), e.getMessage());
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Not its message: it may quote what it could not read.
      return Measure.failed(check.name(), "ended with " + e.getClass().getName());
    }
  }

  private static List<FileDigest> files(Subject subject) {
    try {
      return subject.files();
    } catch (QwenVlException e) {
      return List.of();
    }
  }

  private static String fingerprint(Subject subject) {
    try {
      return Fingerprint.of(subject.checkpoint());
    } catch (QwenVlException e) {
      return "";
    }
  }
}
