package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.Completion.Quality;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.engine.Ending.Loops;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What ends an answer, and what is left of it. */
class LiveRowTest {
  private static final int END = 7;

  @Test
  void anAnswerThatLoopsIsCutAfterItsFirstRound() {
    Ticket ticket = ticket(Loops.STOPPED, 1000);
    LiveRow row = new LiveRow(ticket, 0, 0, 0);
    assertThat(row.take(100, -0.5)).isEmpty();
    assertThat(row.take(101, -1.5)).isEmpty();
    Optional<FinishReason> finished = Optional.empty();
    for (int i = 0; finished.isEmpty(); i++) {
      finished = row.take(1 + i % 2, i < 2 ? -0.25 : -9); // 1 2 1 2 …
    }
    assertThat(finished).contains(FinishReason.REPETITION);
    row.finish(finished.get());
    assertThat(ticket.future().join().ids()).containsExactly(100, 101, 1, 2);
    assertThat(ticket.future().join().quality())
        .as("of the tokens that are left")
        .isEqualTo(new Quality(-2.5 / 4, -1.5));
  }

  @Test
  void anAnswerMayLoopWhereThatIsAskedFor() {
    LiveRow row = new LiveRow(ticket(Loops.ALLOWED, 1000), 0, 0, 0);
    for (int i = 0; i < 999; i++) {
      assertThat(row.take(1, -1)).isEmpty();
    }
    assertThat(row.take(1, -1)).contains(FinishReason.LENGTH);
  }

  @Test
  void anEndTokenCountsBeforeTheLength() {
    LiveRow row = new LiveRow(ticket(Loops.STOPPED, 2), 0, 0, 0);
    assertThat(row.take(1, -1)).isEmpty();
    assertThat(row.take(END, -1)).contains(FinishReason.STOP);
  }

  private static Ticket ticket(Loops loops, int maxNewTokens) {
    return Ticket.of(
        Requests.of(
            new int[] {1, 2, 3},
            Requests.ending(maxNewTokens, loops, Duration.ZERO),
            TokenRule.ARGMAX),
        IdListener.NONE);
  }
}
