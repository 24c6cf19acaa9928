package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How a run commits what it has.
 *
 * @param every time between two commits, about
 * @param mostRequests of one commit; 0 follows the size of the cluster
 * @param signOfLife time between two marks by which a run is known to be alive
 */
public record WaveSettings(Duration every, int mostRequests, Duration signOfLife)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Duration> EVERY =
      Setting.duration("spark.qwenvl.run.commitEvery", "10min")
          .doc("About how often answers are committed; a crash loses what was read since.");
  static final Setting<Integer> MOST_REQUESTS =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.run.commitRequests", 0))
          .doc("Most requests of one commit, about; 0 is 100,000, and more on large clusters.");
  static final Setting<Duration> SIGN_OF_LIFE =
      Setting.duration("spark.qwenvl.run.signOfLife", "1min")
          .doc("How often a run says that it is alive; staging of one silent 15 times is removed.");

  static final List<Setting<?>> ALL = List.of(EVERY, MOST_REQUESTS, SIGN_OF_LIFE);

  static WaveSettings from(Settings settings) {
    return new WaveSettings(
        settings.get(EVERY), settings.get(MOST_REQUESTS), settings.get(SIGN_OF_LIFE));
  }
}
