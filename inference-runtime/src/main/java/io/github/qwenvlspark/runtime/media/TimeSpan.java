package io.github.qwenvlspark.runtime.media;

import java.util.ArrayList;
import java.util.List;

/**
 * The stretch of a clip that counts, in seconds of its own clock.
 *
 * <p>Source: {@code _read_from_stream} of torchvision, io/video.py, which qwen-vl-utils calls: a
 * frame counts from the last tick before the start to the first tick after the end; where no frame
 * stands exactly at the start, the one that is on the screen then counts too.
 *
 * @param endS infinite for the whole rest
 */
public record TimeSpan(double startS, double endS) {
  public static final TimeSpan WHOLE = new TimeSpan(0, Double.POSITIVE_INFINITY);

  public TimeSpan {
    if (!(startS >= 0) || !(endS >= startS)) {
      throw new IllegalArgumentException(
          "A span from %s to %s seconds is none".formatted(startS, endS));
    }
  }

  /**
   * Numbers of the frames that count, ascending.
   *
   * @param times of all frames, in ticks, in the order in which they are shown
   * @param ticksPerSecond of the stream's clock
   */
  List<Integer> frames(List<Long> times, double ticksPerSecond) {
    double start = Math.floor(startS * ticksPerSecond);
    double end = Math.ceil(endS * ticksPerSecond);
    List<Integer> inside = new ArrayList<>();
    int before = -1;
    for (int i = 0; i < times.size(); i++) {
      if (times.get(i) < start) {
        before = i;
      } else if (times.get(i) <= end) {
        inside.add(i);
      }
    }
    boolean onTime = !inside.isEmpty() && times.get(inside.get(0)) == start;
    if (start > 0 && before >= 0 && !onTime) {
      inside.add(0, before);
    }
    return inside;
  }
}
