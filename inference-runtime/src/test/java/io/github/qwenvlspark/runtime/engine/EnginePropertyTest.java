package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every mix of requests: an answer depends on its own request alone. */
class EnginePropertyTest {
  private static final Checkpoint CHECKPOINT = Checkpoint.open(Fixtures.path("tiny-model-f32"));
  private static final int ORDINARY_IDS = 1000;

  static LongStream seeds() {
    return LongStream.range(0, 6);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aRowInAnyBatchEqualsTheRowAloneBitForBit(long seed) {
    Random random = new Random(seed);
    List<PreparedRequest> requests = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      requests.add(request(random));
    }
    List<Generated> alone = new ArrayList<>();
    try (Engine engine = engine(1, 64)) {
      requests.forEach(r -> alone.add(engine.submit(r, IdListener.NONE).join()));
    }

    try (Engine engine = engine(2 + random.nextInt(6), 64)) {
      List<CompletableFuture<Generated>> together = new ArrayList<>();
      for (PreparedRequest request : requests) {
        together.add(engine.submit(request, IdListener.NONE));
        if (random.nextInt(4) == 0) {
          // A neighbour that vanishes while it is waiting or generating.
          engine.submit(request(random), IdListener.NONE).cancel(true);
        }
      }
      for (int i = 0; i < requests.size(); i++) {
        Generated answer = together.get(i).join();
        assertThat(answer.ids()).as("request %d", i).isEqualTo(alone.get(i).ids());
        assertThat(answer.quality()).as("request %d", i).isEqualTo(alone.get(i).quality());
      }
    }
  }

  @Test
  void aRequestThatCanNeverFitFailsAloneWithItsSizes() {
    try (Engine engine = engine(2, 64)) {
      PreparedRequest tooLong = request(new int[300], 300, 1);
      assertThatThrownBy(() -> engine.submit(tooLong, IdListener.NONE))
          .isInstanceOfSatisfying(
              QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.PROMPT_TOO_LONG))
          .hasMessageContainingAll("300 tokens", "512", "maxContextTokens");

      assertThat(engine.submit(request(new Random(1)), IdListener.NONE).join().ids()).isNotEmpty();
    }
  }

  @Test
  void aListenerThatThrowsLosesItsOwnAnswerOnly() {
    try (Engine engine = engine(2, 64)) {
      PreparedRequest request = request(new Random(2));
      CompletableFuture<Generated> broken =
          engine.submit(
              request,
              id -> {
                throw new IllegalStateException("listener");
              });
      CompletableFuture<Generated> sound = engine.submit(request, IdListener.NONE);

      assertThatThrownBy(broken::join).hasCauseInstanceOf(QwenVlException.class);
      assertThat(sound.join().ids()).isNotEmpty();
    }
  }

  @Test
  void nobodyWaitsForAWorkerThatIsGone() {
    try (Engine engine = engine(1, 64)) {
      PreparedRequest request = request(new Random(3));
      CompletableFuture<Generated> fatal =
          engine.submit(
              request,
              id -> {
                throw new LinkageError("fatal");
              });
      CompletableFuture<Generated> behind = engine.submit(request, IdListener.NONE);

      assertThatThrownBy(fatal::join).hasMessageContaining("LinkageError");
      assertThatThrownBy(behind::join).hasMessageContaining("LinkageError");
      assertThatThrownBy(engine.submit(request, IdListener.NONE)::join)
          .hasMessageContaining("LinkageError");
    }
  }

  @Test
  void closingFailsWhatIsWaitingAndTwiceIsFine() {
    Engine engine = engine(1, 64);
    List<CompletableFuture<Generated>> futures = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      futures.add(engine.submit(request(new int[] {1, 2, 3}, 400, 1), IdListener.NONE));
    }

    engine.close();
    engine.close();

    assertThat(futures).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(futures.get(3)::join).hasMessageContaining("closed");
  }

  private static Engine engine(int rows, int chunk) {
    return new Engine(new Model(CHECKPOINT, new EngineOptions(2, rows, 512, chunk)));
  }

  private static PreparedRequest request(Random random) {
    int[] ids = random.ints(1 + random.nextInt(150), 0, ORDINARY_IDS).toArray();
    return request(ids, 1 + random.nextInt(24), random.nextInt(3) == 0 ? 1.05 : 1);
  }

  private static PreparedRequest request(int[] ids, int maxNewTokens, double penalty) {
    float[] positions = new float[3 * ids.length];
    for (int i = 0; i < positions.length; i++) {
      int place = i / 3;
      positions[i] = place;
    }
    return new PreparedRequest(
        ids,
        positions,
        ids.length,
        List.of(),
        new int[0],
        Ending.of(maxNewTokens, Set.of(7)),
        new TokenRule(penalty, TokenRule.Sampling.NONE),
        0);
  }
}
