package io.github.qwenvlspark.runtime.bench;

import java.util.List;

/**
 * What was measured.
 *
 * @param model name of the checkpoint folder
 * @param fingerprint of the checkpoint, in hex
 * @param runtimeVersion version of this library
 * @param measures in the order in which they were taken
 * @param seconds wall time of it all
 */
public record BenchReport(
    String model,
    String fingerprint,
    String runtimeVersion,
    Machine machine,
    List<Measure> measures,
    double seconds) {
  public BenchReport {
    measures = List.copyOf(measures);
  }
}
