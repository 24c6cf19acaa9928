package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;
import java.util.List;

/**
 * How objects are read from their stores.
 *
 * @param attempts how often a read is tried when the store fails for a moment
 */
public record FetchSettings(int attempts) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Integer> FETCH_ATTEMPTS =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.fetch.attempts", 3))
          .doc("How often a read is tried when the store fails for a moment.");

  static final List<Setting<?>> ALL = List.of(FETCH_ATTEMPTS);

  static FetchSettings from(Settings settings) {
    return new FetchSettings(settings.get(FETCH_ATTEMPTS));
  }
}
