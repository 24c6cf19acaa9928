package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitingListTest {
  private static final int ROOM = 1_000_000;

  @Test
  void theLongestRequestGoesFirstAndTheEarlierOneAmongEquals() throws InterruptedException {
    WaitingList waiting = new WaitingList(8);
    Ticket first = ticket(10);
    Ticket second = ticket(30);
    Ticket third = ticket(30);
    for (Ticket ticket : List.of(first, second, third)) {
      waiting.add(ticket);
    }
    assertThat(waiting.poll(ROOM)).containsSame(second);
    assertThat(waiting.poll(ROOM)).containsSame(third);
    assertThat(waiting.poll(ROOM)).containsSame(first);
    assertThat(waiting.poll(ROOM)).isEmpty();
  }

  @Test
  void aShortRequestIsPassedOverOnlySoOften() throws InterruptedException {
    int capacity = 4;
    WaitingList waiting = new WaitingList(capacity);
    Ticket small = ticket(1);
    waiting.add(small);
    for (int i = 0; i < capacity; i++) {
      waiting.add(ticket(100));
      assertThat(waiting.poll(ROOM)).isPresent().get().isNotSameAs(small);
    }
    waiting.add(ticket(100));
    assertThat(waiting.poll(ROOM)).containsSame(small);
  }

  @Test
  void whatDoesNotFitYetLetsOthersPassUntilItsPatienceEnds() throws InterruptedException {
    int capacity = 3;
    WaitingList waiting = new WaitingList(capacity);
    Ticket large = ticket(500);
    waiting.add(large);
    for (int i = 0; i < capacity; i++) {
      waiting.add(ticket(10));
      assertThat(waiting.poll(100)).isPresent();
    }
    waiting.add(ticket(10));
    assertThat(waiting.poll(100)).as("room is kept for the large one").isEmpty();
    assertThat(waiting.poll(502)).containsSame(large);
  }

  @Test
  void aFullListHoldsItsCallersUpUntilOneLeaves() throws InterruptedException {
    WaitingList waiting = new WaitingList(1);
    waiting.add(ticket(1));
    CountDownLatch added = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              try {
                waiting.add(ticket(2));
                added.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    caller.start();
    while (caller.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(added.getCount()).isOne();
    assertThat(waiting.poll(ROOM)).isPresent();
    assertThat(added.await(30, TimeUnit.SECONDS)).isTrue();
    caller.join();
  }

  @Test
  void aWithdrawnRequestMakesRoomAtOnce() throws InterruptedException {
    WaitingList waiting = new WaitingList(1);
    Ticket withdrawn = ticket(1);
    waiting.add(withdrawn);
    withdrawn.future().cancel(true);
    waiting.dropSettled();
    Ticket next = ticket(2);
    waiting.add(next);
    assertThat(waiting.poll(ROOM)).containsSame(next);
  }

  @Test
  void aRequestWhoseTimeIsOverFailsWhileItWaits() throws InterruptedException {
    WaitingList waiting = new WaitingList(2);
    Ticket late = Ticket.of(request(5, Duration.ofNanos(1)), IdListener.NONE);
    waiting.add(late);
    assertThat(waiting.poll(ROOM)).isEmpty();
    assertThatThrownBy(late.future()::join)
        .cause()
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.TIMEOUT))
        .hasMessageContaining("spark.qwenvl.engine.requestTimeoutSeconds");
  }

  @Test
  void aClosedListFailsThoseThatWaitAndThoseThatCome() throws InterruptedException {
    WaitingList waiting = new WaitingList(2);
    Ticket before = ticket(1);
    waiting.add(before);
    waiting.close(new QwenVlException(ErrorType.INTERNAL, "over"));
    Ticket after = ticket(1);
    waiting.add(after);
    assertThat(List.of(before, after))
        .extracting(Ticket::future)
        .allMatch(CompletableFuture::isCompletedExceptionally);
  }

  private static Ticket ticket(int tokens) {
    return Ticket.of(request(tokens, Duration.ZERO), IdListener.NONE);
  }

  /** A request of {@code tokens} prompt tokens and two more. */
  private static PreparedRequest request(int tokens, Duration timeout) {
    return new PreparedRequest(
        new int[tokens],
        new float[3 * tokens],
        tokens,
        List.of(),
        new int[0],
        new Ending(2, Set.of(7), () -> StopCheck.NEVER, Ending.Loops.STOPPED, timeout),
        TokenRule.ARGMAX,
        0);
  }
}
