package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames every 100 ticks, 1000 ticks for a second. */
class TimeSpanTest {
  private static final List<Long> TIMES = List.of(0L, 100L, 200L, 300L, 400L);

  private static List<Integer> frames(double start, double end) {
    return new TimeSpan(start, end).frames(TIMES, 1000);
  }

  @Test
  void bothEndsBelongToTheSpan() {
    assertThat(frames(0.1, 0.3)).containsExactly(1, 2, 3);
    assertThat(frames(0, 0)).containsExactly(0);
    assertThat(frames(0, Double.POSITIVE_INFINITY)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void theFrameOnTheScreenAtTheStartBelongsToIt() {
    assertThat(frames(0.15, 0.3)).containsExactly(1, 2, 3);
    assertThat(frames(0.31, 0.32)).containsExactly(3);
    assertThat(frames(9, 10)).containsExactly(4);
  }

  @Test
  void endsAreRoundedOutwardsToTicks() {
    assertThat(frames(0.1009, 0.2999)).containsExactly(1, 2, 3);
    assertThat(frames(0.1009, 0.2989)).containsExactly(1, 2);
  }

  @Test
  void aClipThatStartsLateHasNothingBefore() {
    assertThat(new TimeSpan(0.1, 0.2).frames(List.of(500L, 600L), 1000)).isEmpty();
  }

  @Test
  void aSpanHasAnOrder() {
    assertThatThrownBy(() -> new TimeSpan(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TimeSpan(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TimeSpan(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
