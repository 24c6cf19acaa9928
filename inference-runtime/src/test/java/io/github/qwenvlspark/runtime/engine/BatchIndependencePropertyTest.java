package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.Fingerprint;
import io.github.qwenvlspark.runtime.checkpoint.WeightCache;
import io.github.qwenvlspark.runtime.engine.Model.Logits;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A row's logits are the same bits alone and beside any others, in any slot, in any chunks, after
 * any request, in every precision.
 */
class BatchIndependencePropertyTest {
  private static final int CONTEXT = 256;
  private static final int ORDINARY_IDS = 1000;
  private static final int STEPS = 6;
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final Map<Precision, Checkpoint> CHECKPOINTS = new EnumMap<>(Precision.class);

  @BeforeAll
  static void load(@TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-bf16"));
    String fingerprint = Fingerprint.of(checkpoint);
    for (Precision precision : Precision.values()) {
      CHECKPOINTS.put(
          precision, checkpoint.in(precision, fingerprint, new WeightCache(cache.toString())));
    }
  }

  static Stream<Arguments> seeds() {
    return Arrays.stream(Precision.values())
        .flatMap(
            precision -> LongStream.range(0, 8).mapToObj(seed -> Arguments.of(precision, seed)));
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("seeds")
  void logitsAreTheSameBitsInAnySlotBatchAndChunks(Precision precision, long seed) {
    Random random = new Random(seed);
    int rows = 2 + random.nextInt(6);
    List<PreparedRequest> requests = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      requests.add(request(random, 1 + random.nextInt(140)));
    }
    requests.set(rows - 1, requests.get(0)); // the same request twice

    List<float[][]> alone = new ArrayList<>();
    try (Model model = model(precision, 1, 512)) {
      for (PreparedRequest request : requests) {
        model.cache().fill(Float.NaN);
        alone.add(generate(model, request));
      }
    }

    try (Model model = model(precision, rows, 4 + random.nextInt(80))) {
      model.cache().fill(Float.NaN);
      // Whatever another request left in the slots must not matter either.
      model.prefill(request(random, 100), new float[0], random.nextInt(rows));
      List<Integer> slots = new ArrayList<>();
      for (int slot = 0; slot < rows; slot++) {
        slots.add(slot);
      }
      Collections.shuffle(slots, random);
      float[][][] together = generateTogether(model, requests, slots);
      for (int i = 0; i < rows; i++) {
        for (int step = 0; step < STEPS; step++) {
          assertThat(together[i][step])
              .as("request %d of %d tokens, step %d", i, requests.get(i).promptTokens(), step)
              .isEqualTo(alone.get(i)[step]);
        }
      }
    }
  }

  /** Random arrivals with neighbours that fail, are withdrawn, repeat, or ask for one token. */
  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("seeds")
  void answersAreTheSameWhateverArrivesBesideThem(Precision precision, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    List<PreparedRequest> requests = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      requests.add(i % 5 == 4 ? requests.get(i / 2) : request(random, 1 + random.nextInt(140)));
    }
    List<Generated> alone = new ArrayList<>();
    try (Engine engine = new Engine(model(precision, 1, 64))) {
      requests.forEach(r -> alone.add(engine.submit(r, IdListener.NONE).join()));
    }

    Model model = model(precision, 2 + random.nextInt(5), 64);
    model.cache().fill(Float.NaN);
    try (Engine engine = new Engine(model)) {
      List<CompletableFuture<Generated>> together = new ArrayList<>();
      List<CompletableFuture<Generated>> neighbours = new ArrayList<>();
      for (PreparedRequest request : requests) {
        together.add(engine.submit(request, IdListener.NONE));
        if (random.nextBoolean()) {
          neighbours.add(neighbour(engine, random));
          Thread.sleep(random.nextInt(10));
        }
      }
      for (int i = 0; i < requests.size(); i++) {
        Generated answer = together.get(i).join();
        assertThat(answer.ids()).as("request %d", i).isEqualTo(alone.get(i).ids());
        assertThat(answer.quality()).as("request %d", i).isEqualTo(alone.get(i).quality());
      }
      for (CompletableFuture<Generated> neighbour : neighbours) {
        assertThat(neighbour.handle((answer, failure) -> true)).succeedsWithin(TEN_SECONDS);
      }
    }
  }

  /** A neighbour that is withdrawn, whose caller fails, or that the model refuses. */
  private static CompletableFuture<Generated> neighbour(Engine engine, Random random) {
    CompletableFuture<Generated> neighbour =
        switch (random.nextInt(3)) {
          case 0 -> engine.submit(request(random, 30), IdListener.NONE);
          case 1 ->
              engine.submit(
                  request(random, 1),
                  id -> {
                    throw new IllegalStateException("a caller that fails");
                  });
          default -> engine.submit(request(new int[] {3, 999_999, 4}, random), IdListener.NONE);
        };
    if (random.nextInt(3) == 0) {
      neighbour.cancel(true);
    }
    return neighbour;
  }

  /** Logits of the prefill and of the steps after it. */
  private static float[][] generate(Model model, PreparedRequest request) {
    return generateTogether(model, List.of(request), List.of(0))[0];
  }

  private static float[][][] generateTogether(
      Model model, List<PreparedRequest> requests, List<Integer> slots) {
    int rows = requests.size();
    int vocab = model.vocabSize();
    float[][][] logits = new float[rows][STEPS][];
    long[] ids = new long[rows];
    for (int i = 0; i < rows; i++) {
      logits[i][0] = model.prefill(requests.get(i), new float[0], slots.get(i)).logits();
      ids[slots.get(i)] = best(logits[i][0]);
    }
    for (int step = 1; step < STEPS; step++) {
      int[] positions = new int[rows];
      int[] lengths = new int[rows];
      for (int i = 0; i < rows; i++) {
        int slot = slots.get(i);
        positions[slot] = requests.get(i).nextPosition() + step - 1;
        lengths[slot] = requests.get(i).promptTokens() + step;
      }
      float[] all = model.step(ids, positions, lengths, Logits.WANTED).logits();
      for (int i = 0; i < rows; i++) {
        int slot = slots.get(i);
        logits[i][step] = Arrays.copyOfRange(all, slot * vocab, (slot + 1) * vocab);
        ids[slot] = best(logits[i][step]);
      }
    }
    return logits;
  }

  private static int best(float[] logits) {
    return new Candidates(logits, 0, logits.length).best();
  }

  private static Model model(Precision precision, int rows, int chunk) {
    return new Model(CHECKPOINTS.get(precision), new EngineOptions(2, rows, CONTEXT, chunk));
  }

  private static PreparedRequest request(Random random, int tokens) {
    return request(random.ints(tokens, 0, ORDINARY_IDS).toArray(), random);
  }

  private static PreparedRequest request(int[] ids, Random random) {
    float[] positions = new float[3 * ids.length];
    for (int i = 0; i < positions.length; i++) {
      int place = i / 3;
      positions[i] = place;
    }
    boolean draws = random.nextBoolean();
    TokenRule rule =
        new TokenRule(1.05, new TokenRule.Sampling(draws, 0.8, 20, 0.9, 0, random.nextLong()));
    return new PreparedRequest(
        ids,
        positions,
        ids.length,
        List.of(),
        new int[0],
        Ending.of(1 + random.nextInt(20), Set.of(7)),
        rule,
        0);
  }
}
