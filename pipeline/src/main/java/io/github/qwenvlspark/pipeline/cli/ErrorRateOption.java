package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import picocli.CommandLine.Option;

/** How many failures a scheduler takes for a success. */
final class ErrorRateOption {
  @Option(
      names = "--max-error-rate",
      defaultValue = "1",
      description =
          "Share of this run's requests that may fail, 0 to 1; beyond it the exit code is 1 (default: ${DEFAULT-VALUE}).")
  private double most;

  /**
   * Looks at what was given.
   *
   * @throws BadRequestException if it is no share
   */
  void require() {
    if (!(most >= 0 && most <= 1)) {
      throw new BadRequestException(
          "--max-error-rate %s: a share from 0 to 1 is needed, such as 0.05".formatted(most));
    }
  }

  /** The exit code of a run with so many failures. */
  int exitCode(double rate) {
    return rate > most ? Main.TOO_MANY_ERRORS : 0;
  }
}
