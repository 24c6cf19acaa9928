package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.BadRequestException;

/**
 * The machines of a simulation.
 *
 * @param executors one engine each
 * @param slots Spark tasks that an executor has at a time
 * @param batch rows that an engine reads at a time
 * @param tokensPerSecond prompt tokens that an executor reads in a second: the planner's units
 * @param pricePerHour of one executor
 */
public record Cluster(
    int executors, int slots, int batch, double tokensPerSecond, double pricePerHour) {
  public Cluster {
    if (executors < 1 || executors > 100_000) {
      throw new BadRequestException(
          "--gpus %d: a number from 1 to 100000 is needed".formatted(executors));
    }
    boolean finite = Double.isFinite(tokensPerSecond) && Double.isFinite(pricePerHour);
    if (slots < 1 || batch < 1 || !finite || tokensPerSecond <= 0 || pricePerHour < 0) {
      throw new BadRequestException(
          "--slots %d, --batch %d, --tokens-per-second %s, --price-per-hour %s: numbers above 0 are needed"
              .formatted(slots, batch, tokensPerSecond, pricePerHour));
    }
  }

  /** Spark tasks that run at a time. */
  int allSlots() {
    return Math.multiplyExact(executors, slots);
  }
}
