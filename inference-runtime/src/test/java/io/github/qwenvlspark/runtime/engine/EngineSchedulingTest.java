package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.EngineOptions.Scheduling;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Ending.Loops;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is served when, and what ends a request. */
@Timeout(120)
class EngineSchedulingTest {
  private static final Checkpoint CHECKPOINT = Checkpoint.open(Fixtures.path("tiny-model-f32"));
  private static final EngineOptions OPTIONS = new EngineOptions(2, 2, 512, 16);
  private static final Duration NO_LIMIT = Duration.ZERO;

  @Test
  void liveRowsGoOnWhileALongPromptIsRead() {
    try (Engine engine = engine(OPTIONS)) {
      PreparedRequest longPrompt = Requests.random(new Random(1), 400, 1);
      List<CompletableFuture<Generated>> read = new ArrayList<>();
      AtomicInteger heard = new AtomicInteger();
      AtomicInteger heardMeanwhile = new AtomicInteger();
      engine
          .submit(
              unending(60),
              id -> {
                if (heard.incrementAndGet() == 1) {
                  read.add(engine.submit(longPrompt, first -> heardMeanwhile.set(heard.get())));
                }
              })
          .join();
      assertThat(read.get(0).join().ids()).hasSize(1);
      // 25 chunks of 16 tokens, and a token for the other row after each.
      assertThat(heardMeanwhile).hasValueBetween(24, 27);
    }
  }

  @Test
  void aRowsBitsDoNotDependOnTheLongPromptBesideIt() {
    PreparedRequest request = unending(60);
    PreparedRequest longPrompt = Requests.random(new Random(1), 400, 30);
    try (Engine engine = engine(OPTIONS)) {
      Generated alone = engine.submit(request, IdListener.NONE).join();
      Generated longAlone = engine.submit(longPrompt, IdListener.NONE).join();
      CompletableFuture<Generated> beside = engine.submit(longPrompt, IdListener.NONE);
      CompletableFuture<Generated> together = engine.submit(request, IdListener.NONE);
      assertThat(together.join().ids()).isEqualTo(alone.ids());
      assertThat(together.join().quality()).isEqualTo(alone.quality());
      assertThat(beside.join().ids()).isEqualTo(longAlone.ids());
      assertThat(beside.join().quality()).isEqualTo(longAlone.quality());
    }
  }

  @Test
  void rowsShareABudgetOfTokens() {
    try (Engine engine = engine(OPTIONS.with(new Scheduling(2, 512, 16, 150, 0)))) {
      List<CompletableFuture<Generated>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(engine.submit(Requests.random(new Random(i), 80, 20), IdListener.NONE));
      }
      answers.forEach(CompletableFuture::join);
      assertThat(engine.occupancy().meanLiveRows())
          .as("100 + 100 tokens are too many")
          .isEqualTo(1);
    }
  }

  @Test
  void aRequestAboveTheBudgetIsRefusedWithTheSettingToRaise() {
    try (Engine engine = engine(OPTIONS.with(new Scheduling(2, 512, 16, 50, 0)))) {
      PreparedRequest request = Requests.random(new Random(1), 45, 6);
      assertThatThrownBy(() -> engine.submit(request, IdListener.NONE))
          .isInstanceOfSatisfying(
              QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.PROMPT_TOO_LONG))
          .hasMessageContainingAll("45 tokens", "6", "50 tokens", "engine.maxCacheTokens");
    }
  }

  @Test
  void aRequestWhoseTimeIsOverLeavesItsRow() {
    try (Engine engine = engine(new EngineOptions(2, 1, 512, 16))) {
      PreparedRequest hurried =
          Requests.with(unending(400), Requests.ending(400, Loops.ALLOWED, Duration.ofMillis(100)));
      AtomicInteger heard = new AtomicInteger();
      CompletableFuture<Generated> late =
          engine.submit(
              hurried,
              id -> {
                heard.incrementAndGet();
                pause();
              });
      CompletableFuture<Generated> behind = engine.submit(unending(3), IdListener.NONE);
      assertThatThrownBy(late::join)
          .cause()
          .isInstanceOfSatisfying(
              QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.TIMEOUT));
      assertThat(behind.join().ids()).hasSize(3);
      assertThat(heard.get()).isLessThan(100);
    }
  }

  @Test
  void occupancyCountsWhatWasDone() {
    try (Engine engine = engine(OPTIONS)) {
      Occupancy before = engine.occupancy();
      engine.submit(Requests.random(new Random(3), 40, 1), IdListener.NONE).join();
      engine.submit(unending(11), IdListener.NONE).join();
      Occupancy done = engine.occupancy().since(before);
      assertThat(done.promptTokens()).isEqualTo(40 + unending(11).promptTokens());
      assertThat(done.completionTokens()).isEqualTo(1 + 11);
      assertThat(done.decodeSteps()).as("the first token comes with the prompt").isEqualTo(10);
      assertThat(done.meanLiveRows()).isEqualTo(1);
      assertThat(done.modelMs()).isPositive().isLessThanOrEqualTo(done.elapsedMs());
      assertThat(done.visionRuns()).isZero();
    }
  }

  private static Engine engine(EngineOptions options) {
    return new Engine(new Model(CHECKPOINT, options), options);
  }

  /** A request whose answer ends by its length only. */
  private static PreparedRequest unending(int maxNewTokens) {
    return Requests.of(
        new int[] {11, 12, 13, 14, 15},
        new Ending(
            maxNewTokens, java.util.Set.of(), () -> StopCheck.NEVER, Loops.ALLOWED, NO_LIMIT),
        TokenRule.ARGMAX);
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
