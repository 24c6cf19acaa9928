package io.github.qwenvlspark.runtime.verify;

import java.util.List;

/**
 * What was measured of a checkpoint.
 *
 * @param model name of the checkpoint folder
 * @param fingerprint of the checkpoint as results carry it, in hex; empty if it cannot be read
 * @param runtimeVersion version of this library
 * @param files digests of the files that decide answers
 * @param measures in the order in which they were taken
 * @param seconds wall time
 */
public record Certificate(
    String model,
    String fingerprint,
    String runtimeVersion,
    List<FileDigest> files,
    List<Measure> measures,
    double seconds) {
  public Certificate {
    files = List.copyOf(files);
    measures = List.copyOf(measures);
  }

  /** Whether no measure is red. */
  public boolean verified() {
    return red().isEmpty();
  }

  /** Names of the red measures. */
  public List<String> red() {
    return named(Verdict.RED);
  }

  /** Names of the measures with this verdict. */
  public List<String> named(Verdict verdict) {
    return measures.stream()
        .filter(measure -> measure.verdict() == verdict)
        .map(Measure::name)
        .toList();
  }
}
