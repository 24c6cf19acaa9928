package io.github.qwenvlspark.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int8WeightsTest {
  @TempDir private Path cache;

  @Test
  void everyValueIsWithinHalfAStepOfTheStoredOne() throws IOException {
    Checkpoint stored = Checkpoint.open(Fixtures.path("tiny-model-bf16"));
    Weights int8 = stored.inInt8("f", new WeightCache(cache.toString())).weights();

    // 1176 columns: the last block of each row is short.
    for (String name :
        new String[] {"visual.patch_embed.proj.weight", "model.layers.0.mlp.down_proj.weight"}) {
      TensorLocation tensor = stored.weights().find(name).orElseThrow();
      int rows = tensor.shape().get(0).intValue();
      int columns = (int) (tensor.elements() / rows);
      int blocks = (int) Int8Weights.blocks(columns);
      float[] wanted = read(tensor);
      float[] scales = read(int8.find(Int8Weights.scales(name)).orElseThrow());
      TensorLocation values = int8.find(Int8Weights.values(name)).orElseThrow();
      byte[] file = Files.readAllBytes(values.file());
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int block = row * blocks + column / Int8Weights.BLOCK;
          int place = block * Int8Weights.BLOCK + column % Int8Weights.BLOCK;
          int level = (file[(int) values.offset() + place] & 0xff) - 128;
          assertThat(Math.abs(level * scales[block] - wanted[row * columns + column]))
              .isLessThanOrEqualTo(scales[block] * 0.50001f);
        }
      }
    }
  }

  @Test
  void whatIsOnlyLookedUpStaysAsItIs() {
    WeightCache folder = new WeightCache(cache.toString());
    Weights tied = Checkpoint.open(Fixtures.path("tiny-model-bf16")).inInt8("t", folder).weights();
    Weights untied = Checkpoint.open(Fixtures.path("tiny-model-f32")).inInt8("u", folder).weights();

    assertThat(tied.find("model.embed_tokens.weight.int8")).isPresent();
    assertThat(untied.find("model.embed_tokens.weight.int8")).isEmpty();
    assertThat(untied.find("lm_head.weight.int8")).isPresent();
    assertThat(untied.find("model.norm.weight.int8")).isEmpty();
  }

  @Test
  void theSecondOpenFindsTheFirstOnesFile() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-f32"));
    checkpoint.inInt8("same", new WeightCache(cache.toString()));
    Path file = only();
    Object before = Files.getAttribute(file, "unix:ino");

    checkpoint.inInt8("same", new WeightCache(cache.toString()));

    assertThat(Files.getAttribute(only(), "unix:ino")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0",
    "0x3c00, 1",
    "0xc000, -2",
    "0x0001, 5.9604645e-8",
    "0x7bff, 65504",
    "0x3555, 0.33325195"
  })
  void halfPrecisionIsReadExactly(String bits, float value) {
    assertThat(TensorReader.half((short) (int) Integer.decode(bits))).isEqualTo(value);
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .reduce(
              (a, b) -> {
                throw new IllegalStateException("several files");
              })
          .orElseThrow();
    }
  }

  private static float[] read(TensorLocation tensor) throws IOException {
    float[] values = new float[(int) tensor.elements()];
    try (TensorReader reader = new TensorReader(tensor)) {
      reader.read(0, values);
    }
    return values;
  }
}
