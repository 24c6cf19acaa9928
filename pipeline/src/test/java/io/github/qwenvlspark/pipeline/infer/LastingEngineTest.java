package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LastingEngineTest {
  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final EngineOptions EIGHT_ROWS = new EngineOptions(1, 8, 64, 16);

  private final AtomicLong now = new AtomicLong();

  /** The engines in their order: what each was opened with, and what it was asked. */
  private final List<EngineOptions> opened = Collections.synchronizedList(new ArrayList<>());

  private final List<List<String>> asked = Collections.synchronizedList(new ArrayList<>());

  private LastingEngine engine(FailingEngine.Plan plan) {
    return new LastingEngine(
        options -> {
          opened.add(options);
          List<String> prompts = new ArrayList<>();
          asked.add(prompts);
          return new FailingEngine(options, plan, prompts);
        },
        EIGHT_ROWS,
        INTERVAL,
        now::get);
  }

  private static CompletableFuture<Completion> ask(LastingEngine engine, String prompt) {
    return engine.submit(
        new Request(List.of(Message.user(new Part.Text(prompt))), GenerationOptions.greedy(4)),
        TokenListener.NONE);
  }

  private static List<CompletableFuture<Completion>> ask(LastingEngine engine, int count) {
    return IntStream.range(0, count).mapToObj(i -> ask(engine, "row " + i)).toList();
  }

  /** The answer, or the type of the failure with the number of attempts. */
  private static String outcome(CompletableFuture<Completion> answer) {
    try {
      return answer.join().text();
    } catch (CompletionException e) {
      QwenVlException typed = (QwenVlException) e.getCause();
      return typed.type() + " " + typed.attempts();
    }
  }

  /** One failure whenever {@code broken} is set, which it ends. */
  private static FailingEngine.Plan once(AtomicBoolean broken, ErrorType type) {
    return (options, batch) ->
        broken.compareAndSet(true, false) ? Optional.of(type) : Optional.empty();
  }

  static LongStream seeds() {
    return LongStream.range(0, 25);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRequestIsAnsweredOnceWhateverBatchItsDeviceFailsAt(long seed) {
    Random random = new Random(seed);
    AtomicInteger batches = new AtomicInteger(random.nextInt(12));
    int count = 1 + random.nextInt(60);
    try (LastingEngine engine =
        engine(
            (options, batch) ->
                batches.getAndDecrement() == 0
                    ? Optional.of(ErrorType.DEVICE_FAILURE)
                    : Optional.empty())) {
      List<CompletableFuture<Completion>> answers = ask(engine, count);

      assertThat(answers.stream().map(LastingEngineTest::outcome))
          .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(i -> "row " + i).toList());
      assertThat(opened).hasSizeBetween(1, 2);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aBatchThatDoesNotFitIsHalvedUntilItDoes(long seed) {
    int fits = 1 << new Random(seed).nextInt(4);
    try (LastingEngine engine =
        engine(
            (options, batch) ->
                options.maxBatch() > fits
                    ? Optional.of(ErrorType.OUT_OF_MEMORY)
                    : Optional.empty())) {
      List<CompletableFuture<Completion>> answers = ask(engine, 20);

      assertThat(answers.stream().map(LastingEngineTest::outcome))
          .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "row " + i).toList());
      assertThat(opened.stream().map(EngineOptions::maxBatch))
          .containsExactlyElementsOf(
              Stream.iterate(8, batch -> batch >= fits, batch -> batch / 2).toList());
    }
  }

  @Test
  void whatWasInFlightIsAskedAgainInItsOrder() {
    CountDownLatch allThere = new CountDownLatch(1);
    try (LastingEngine engine =
        engine(
            (options, batch) -> {
              await(allThere);
              return opened.size() == 1 ? Optional.of(ErrorType.DEVICE_FAILURE) : Optional.empty();
            })) {
      List<CompletableFuture<Completion>> answers = ask(engine, 30);
      allThere.countDown();
      answers.forEach(LastingEngineTest::outcome);

      assertThat(asked.get(1)).hasSize(30).isEqualTo(asked.get(0));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSecondFailureSoonAfterIsTheRowsOwnAndALaterOneIsMendedAgain() {
    AtomicBoolean broken = new AtomicBoolean(true);
    try (LastingEngine engine = engine(once(broken, ErrorType.DEVICE_FAILURE))) {
      assertThat(outcome(ask(engine, "a"))).isEqualTo("a");
      broken.set(true);
      assertThat(outcome(ask(engine, "b"))).isEqualTo("DEVICE_FAILURE 1");
      assertThat(outcome(ask(engine, "c"))).isEqualTo("c");
      assertThat(opened).hasSize(2);

      now.addAndGet(INTERVAL.toNanos());
      broken.set(true);
      assertThat(outcome(ask(engine, "d"))).isEqualTo("d");
      assertThat(opened).hasSize(3);
    }
  }

  @Test
  void aDeviceThatStaysBrokenEndsInTypedErrorsThatCountTheirAttempts() {
    try (LastingEngine engine = engine((options, batch) -> Optional.of(ErrorType.DEVICE_FAILURE))) {
      assertThat(outcome(ask(engine, "a"))).isEqualTo("DEVICE_FAILURE 2");
      assertThat(outcome(ask(engine, "b"))).isEqualTo("DEVICE_FAILURE 1");
      assertThat(opened).hasSize(2);
    }
  }

  @Test
  void memoryThatDoesNotSufficeForOneRowEndsInATypedError() {
    try (LastingEngine engine =
        engine(
            (options, batch) ->
                batch.contains("huge") ? Optional.of(ErrorType.OUT_OF_MEMORY) : Optional.empty())) {
      assertThat(outcome(ask(engine, "huge"))).isEqualTo("OUT_OF_MEMORY 4");
      assertThat(outcome(ask(engine, "small"))).isEqualTo("small");
      assertThat(opened.stream().map(EngineOptions::maxBatch)).containsExactly(8, 4, 2, 1);
    }
  }

  @Test
  void anotherRunSeesAHealthyEngineWithItsWholeBatch() {
    AtomicBoolean healthy = new AtomicBoolean();
    try (LastingEngine engine =
        engine(
            (options, batch) ->
                healthy.get() ? Optional.empty() : Optional.of(ErrorType.OUT_OF_MEMORY))) {
      assertThat(outcome(ask(engine, "a"))).isEqualTo("OUT_OF_MEMORY 4");
      healthy.set(true);
      engine.renew();

      assertThat(outcome(ask(engine, "b"))).isEqualTo("b");
      assertThat(opened.stream().map(EngineOptions::maxBatch)).containsExactly(8, 4, 2, 1, 8);
      engine.renew();
      assertThat(outcome(ask(engine, "c"))).isEqualTo("c");
      assertThat(opened).hasSize(5);
    }
  }

  @Test
  void anEngineThatCannotBeOpenedAnewFailsItsRowsAndIsTriedAgainLater() {
    AtomicInteger openings = new AtomicInteger();
    AtomicBoolean broken = new AtomicBoolean(true);
    try (LastingEngine engine =
        new LastingEngine(
            options -> {
              if (openings.incrementAndGet() == 2) {
                throw new QwenVlException(ErrorType.DEVICE_FAILURE, "no such device");
              }
              return new FailingEngine(
                  options, once(broken, ErrorType.DEVICE_FAILURE), new ArrayList<>());
            },
            EIGHT_ROWS,
            INTERVAL,
            now::get)) {
      assertThatThrownBy(() -> ask(engine, "a").join())
          .hasMessageContaining("could not be opened anew: no such device");
      assertThat(outcome(ask(engine, "b"))).startsWith("DEVICE_FAILURE");

      now.addAndGet(INTERVAL.toNanos());
      assertThat(outcome(ask(engine, "c"))).isEqualTo("c");
      assertThat(openings).hasValue(3);
    }
  }

  @Test
  void otherFailuresAreTheRowsOwn() {
    try (LastingEngine engine =
        engine((options, batch) -> Optional.of(ErrorType.PROMPT_TOO_LONG))) {
      assertThat(outcome(ask(engine, "a"))).isEqualTo("PROMPT_TOO_LONG 1");
      assertThat(opened).hasSize(1);
    }
  }

  @Test
  void whatIsWithdrawnIsNotAskedAgain() {
    AtomicBoolean broken = new AtomicBoolean(true);
    CountDownLatch withdrawn = new CountDownLatch(1);
    try (LastingEngine engine =
        engine(
            (options, batch) -> {
              await(withdrawn);
              return once(broken, ErrorType.DEVICE_FAILURE).failure(options, batch);
            })) {
      CompletableFuture<Completion> first = ask(engine, "first");
      CompletableFuture<Completion> second = ask(engine, "second");
      second.cancel(false);
      withdrawn.countDown();

      assertThat(outcome(first)).isEqualTo("first");
      assertThat(asked.get(1)).containsExactly("first");
    }
  }

  @Test
  void nobodyWaitsForAnEngineThatWasClosed() {
    LastingEngine engine = engine((options, batch) -> Optional.empty());
    engine.close();

    assertThat(outcome(ask(engine, "a"))).isEqualTo("INTERNAL 1");
  }
}
