package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightTest {
  private final List<CompletableFuture<Integer>> submitted = new ArrayList<>();

  private CompletableFuture<Integer> submit(Integer input) {
    CompletableFuture<Integer> future = new CompletableFuture<>();
    submitted.add(future);
    return future;
  }

  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().iterator();
  }

  @Test
  void nothingIsSubmittedBeforeARowIsAskedFor() {
    InFlight<Integer, Integer> inFlight = new InFlight<>(numbers(5), 2, this::submit, () -> false);

    assertThat(inFlight.hasNext()).isTrue();
    assertThat(submitted).isEmpty();
  }

  @Test
  void noMoreRowsThanTheWindowAreWithTheEngine() {
    InFlight<Integer, Integer> inFlight =
        new InFlight<>(
            numbers(5),
            2,
            input -> {
              CompletableFuture<Integer> future = submit(input);
              if (submitted.size() == 2) {
                submitted.get(0).complete(0);
              }
              return future;
            },
            () -> false);

    inFlight.next();

    assertThat(submitted).hasSize(2);
  }

  @Test
  void aSlowRowDoesNotHoldUpTheOnesBehindIt() {
    InFlight<Integer, Integer> inFlight =
        new InFlight<>(
            numbers(3),
            2,
            input -> {
              CompletableFuture<Integer> future = submit(input);
              if (input > 0) {
                future.complete(input);
              }
              if (input == 2) {
                submitted.get(0).complete(0);
              }
              return future;
            },
            () -> false);

    assertThat(List.of(inFlight.next(), inFlight.next(), inFlight.next()))
        .startsWith(1)
        .containsExactlyInAnyOrder(0, 1, 2);
    assertThat(inFlight.hasNext()).isFalse();
    assertThatThrownBy(inFlight::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void cancellingWithdrawsWhatIsStillWithTheEngine() {
    InFlight<Integer, Integer> inFlight =
        new InFlight<>(
            numbers(3),
            3,
            input -> {
              CompletableFuture<Integer> future = submit(input);
              if (input == 2) {
                future.complete(2);
              }
              return future;
            },
            () -> false);
    inFlight.next();

    inFlight.cancel();

    assertThat(submitted.subList(0, 2)).allMatch(CompletableFuture::isCancelled);
    assertThat(submitted.get(2)).isCompletedWithValue(2);
  }

  @Test
  void aKilledTaskStopsWaiting() {
    InFlight<Integer, Integer> inFlight = new InFlight<>(numbers(2), 2, this::submit, () -> true);

    assertThatThrownBy(inFlight::next).isInstanceOf(CancellationException.class);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRowComesOutOnce(long seed) {
    Random random = new Random(seed);
    int rows = random.nextInt(0, 200);
    InFlight<Integer, Integer> inFlight =
        new InFlight<>(
            numbers(rows),
            random.nextInt(1, 9),
            input ->
                random.nextBoolean()
                    ? CompletableFuture.completedFuture(input)
                    : CompletableFuture.supplyAsync(() -> input),
            () -> false);
    List<Integer> outcomes = new ArrayList<>();
    inFlight.forEachRemaining(outcomes::add);

    assertThat(outcomes)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
  }

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }
}
