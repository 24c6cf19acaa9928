package io.github.qwenvlspark.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.graph.CacheNames;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.FloatType;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cache in the memory of a session, as on a GPU, on memory that can be looked into. */
class KvCacheTest {
  private static final int MAX_TOKENS = 96;
  private static final Checkpoint CHECKPOINT = Checkpoint.open(Fixtures.path("tiny-model-f32"));
  private static final TextConfig CONFIG = CHECKPOINT.config().text();

  /** Prefill in chunks, a moved row, decode steps in a batch: the same bits in either way. */
  @ParameterizedTest
  @EnumSource(value = FloatType.class, names = "BFLOAT16", mode = EnumSource.Mode.EXCLUDE)
  void rowsThatASessionMovesGiveTheBitsOfThoseThatJavaMoves(FloatType floats) {
    assertThat(logits(floats, KvCache.Moves.WHOLE_ROWS))
        .isEqualTo(logits(floats, KvCache.Moves.TOKENS));
  }

  /** With several heads, whose tokens lie apart. */
  @ParameterizedTest
  @EnumSource(KvCache.Moves.class)
  void aMovedRowIsEqualAndItsNeighboursStay(KvCache.Moves moves) throws OrtException {
    TextConfig config = withKvHeads(3);
    Random random = new Random(11);
    try (KvCache cache =
        new KvCache(config, 3, MAX_TOKENS, Placement.HOST, FloatType.FLOAT32, moves, 1)) {
      for (int row = 0; row < 3; row++) {
        write(cache, config, row, random);
      }
      List<float[]> second = read(cache, config, 1);
      List<float[]> third = read(cache, config, 2);

      cache.copyRow(2, 0, MAX_TOKENS);

      assertThat(read(cache, config, 0)).usingRecursiveComparison().isEqualTo(third);
      assertThat(read(cache, config, 1)).usingRecursiveComparison().isEqualTo(second);
      assertThat(read(cache, config, 2)).usingRecursiveComparison().isEqualTo(third);
    }
  }

  private static TextConfig withKvHeads(int kvHeads) {
    return new TextConfig(
        CONFIG.hiddenSize(),
        2,
        CONFIG.heads(),
        kvHeads,
        CONFIG.headDim(),
        CONFIG.intermediateSize(),
        CONFIG.vocabSize(),
        CONFIG.rmsNormEps(),
        CONFIG.ropeTheta(),
        CONFIG.mropeSection(),
        CONFIG.maxPositions(),
        CONFIG.tieWordEmbeddings());
  }

  private static void write(KvCache cache, TextConfig config, int row, Random random)
      throws OrtException {
    try (Tensors tensors = new Tensors(OrtRuntime.environment())) {
      for (String name : names(config)) {
        float[] values = new float[config.kvHeads() * MAX_TOKENS * config.headDim()];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat();
        }
        tensors.put(name, values, 1, config.kvHeads(), MAX_TOKENS, config.headDim());
      }
      cache.copy(tensors.byName(), row);
    }
  }

  private static List<float[]> read(KvCache cache, TextConfig config, int row) {
    Map<String, OnnxTensor> past = cache.views(new KvCache.Range(row, 1)).past();
    return names(config).stream()
        .map(
            name -> {
              FloatBuffer buffer = past.get(name).getFloatBuffer();
              float[] values = new float[buffer.remaining()];
              buffer.get(values);
              return values;
            })
        .toList();
  }

  private static List<String> names(TextConfig config) {
    return IntStream.range(0, config.layers())
        .boxed()
        .flatMap(layer -> Stream.of(CacheNames.pastKey(layer), CacheNames.pastValue(layer)))
        .toList();
  }

  private static float[] logits(FloatType floats, KvCache.Moves moves) {
    Random random = new Random(7);
    try (KvCache cache = cache(floats, moves, 4, MAX_TOKENS);
        DecoderSession decoder =
            new DecoderSession(DecoderGraph.build(CHECKPOINT, floats), CONFIG, 1)) {
      cache.fill(Float.NaN);
      int first = prefill(decoder, cache, random, 3, 41);
      int second = prefill(decoder, cache, random, 1, 23);
      cache.copyRow(3, 0, first);
      DecoderOutput output = null;
      for (int step = 1; step <= 3; step++) {
        output =
            decoder.runWithLogits(
                cache,
                DecoderInput.step(
                    2,
                    new long[] {random.nextInt(400), random.nextInt(400)},
                    new float[] {first, first, first, second, second, second},
                    new int[] {first + step, second + step},
                    new long[] {0, 1}));
      }
      assertThat(output.logits()).doesNotContain(Float.NaN);
      return output.logits();
    }
  }

  private static int prefill(
      DecoderSession decoder, KvCache cache, Random random, int row, int tokens) {
    for (int start = 0; start < tokens; start += 16) {
      int end = Math.min(start + 16, tokens);
      long[] ids = random.ints(end - start, 0, 400).asLongStream().toArray();
      float[] positions = new float[3 * ids.length];
      for (int i = 0; i < positions.length; i++) {
        int place = start + i / 3;
        positions[i] = place;
      }
      decoder.run(
          cache,
          new DecoderInput(
              new KvCache.Range(row, 1),
              ids.length,
              ids,
              positions,
              new int[] {end},
              new float[0],
              new long[0],
              new long[] {ids.length - 1}));
    }
    return tokens;
  }

  private static KvCache cache(FloatType floats, KvCache.Moves moves, int rows, int maxTokens) {
    return new KvCache(CONFIG, rows, maxTokens, Placement.HOST, floats, moves, 1);
  }

  @Test
  void sixteenBitRowsTakeHalfTheMemory() {
    try (KvCache wide = cache(FloatType.FLOAT32, KvCache.Moves.TOKENS, 2, 64);
        KvCache narrow = cache(FloatType.BFLOAT16, KvCache.Moves.TOKENS, 2, 64)) {
      long elements = 2L * CONFIG.layers() * 2 * CONFIG.kvHeads() * 64 * CONFIG.headDim();
      assertThat(wide.bytes()).isEqualTo(4 * elements);
      assertThat(narrow.bytes()).isEqualTo(2 * elements);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void tokensThatNobodyWroteTakeNoMemoryAndATensorMayPassTwoGibibytes() throws IOException {
    int maxTokens = 1_500_000;
    Random random = new Random(3);
    try (DecoderSession decoder = new DecoderSession(DecoderGraph.build(CHECKPOINT), CONFIG, 1)) {
      long before = residentBytes();
      try (KvCache cache = new KvCache(CONFIG, 6, maxTokens, 1)) {
        assertThat(cache.bytes() / 2 / CONFIG.layers()).isGreaterThan(Integer.MAX_VALUE);
        prefill(decoder, cache, random, 5, 41);
        cache.copyRow(5, 0, 41);
        assertThat(residentBytes() - before).isLessThan(200_000_000);
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aClosedCacheGivesItsMemoryBack() throws IOException {
    long settled = 0;
    for (int round = 0; round < 24; round++) {
      try (KvCache cache = cache(FloatType.FLOAT32, KvCache.Moves.WHOLE_ROWS, 4, 8192)) {
        assertThat(cache.bytes()).isGreaterThan(60_000_000);
        cache.fill(1);
      }
      if (round == 4) {
        settled = residentBytes();
      }
    }
    assertThat(residentBytes() - settled).isLessThan(300_000_000);
  }

  private static long residentBytes() throws IOException {
    return 4096 * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]);
  }

  @Test
  void aCacheThatCannotBeHadIsRefusedWithItsSizeAndClosedTwiceWithoutHarm() {
    assertThatThrownBy(() -> new KvCache(CONFIG, 1_000_000, 1_000_000_000, 1))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("1000000 rows x 1000000000 tokens", "on cpu", "lower maxBatch")
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.OUT_OF_MEMORY);

    KvCache cache = new KvCache(CONFIG, 1, 16, 1);
    cache.close();
    cache.close();
  }
}
