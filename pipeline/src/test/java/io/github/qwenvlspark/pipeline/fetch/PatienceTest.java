package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final AtomicLong now = new AtomicLong();

  private Patience patience(int most, int seconds) {
    return new Patience(most, Duration.ofSeconds(seconds), now::get);
  }

  private void pass(long millis) {
    now.addAndGet(millis * 1_000_000);
  }

  @Test
  void pausesDoubleAndEachIsCutAtRandomByHalfAtMost() {
    Patience patience = patience(10, 1000);

    for (long full : new long[] {200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000}) {
      assertThat(patience.pauseMs()).isBetween(full / 2, full);
    }
    assertThat(patience.attempt()).isEqualTo(10);
    assertThat(patience.pauseMs()).isNegative();
  }

  @Test
  void nothingIsTriedAgainForWhichThereIsNoTimeLeft() {
    Patience patience = patience(10, 1);
    pass(950);

    assertThat(patience.pauseMs()).isNegative();
    assertThat(patience.attempt()).isEqualTo(1);
  }

  @Test
  void aReadThatDripsIsLeftWhenItsTimeIsOver() throws IOException {
    Patience patience = patience(3, 1);
    patience.requireTime();
    pass(1000);

    assertThatThrownBy(patience::requireTime).isInstanceOf(IOException.class);
  }
}
