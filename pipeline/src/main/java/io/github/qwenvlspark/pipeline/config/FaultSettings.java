package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What becomes of an engine that fails.
 *
 * @param reopenInterval least time between two openings of an engine whose device fails
 * @param giveUpAfterRows rows of an executor that may fail with INTERNAL or DEVICE_FAILURE before
 *     one ends in another way; 0 for any number
 */
public record FaultSettings(Duration reopenInterval, int giveUpAfterRows) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Duration> REOPEN_INTERVAL =
      Setting.duration("spark.qwenvl.engine.reopenInterval", "10min")
          .doc(
              "After a device failure the engine is opened anew, once in so long; others end as DEVICE_FAILURE.");
  static final Setting<Integer> GIVE_UP_AFTER =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.infer.giveUpAfterRows", 20))
          .doc(
              "Stops the job if the first so many rows of an executor all end as INTERNAL or DEVICE_FAILURE; 0 never.");

  static final List<Setting<?>> ALL = List.of(REOPEN_INTERVAL, GIVE_UP_AFTER);

  static FaultSettings from(Settings settings) {
    return new FaultSettings(settings.get(REOPEN_INTERVAL), settings.get(GIVE_UP_AFTER));
  }
}
