package io.github.qwenvlspark.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockFormatTest {
  @TempDir private Path cache;

  @ParameterizedTest
  @CsvSource({
    "INT8, visual.patch_embed.proj.weight, INT8", // 1176 columns: the last block is short
    "INT8, model.layers.0.mlp.down_proj.weight, INT8",
    "INT4, visual.patch_embed.proj.weight, INT8",
    "INT4, model.layers.0.mlp.down_proj.weight, INT4"
  })
  void everyValueIsTheNearestLevelToTheStoredOne(
      Precision precision, String name, BlockFormat format) throws IOException {
    Checkpoint stored = Checkpoint.open(Fixtures.path("tiny-model-bf16"));
    Weights blocks = in(precision, stored, "f");

    TensorLocation tensor = stored.weights().find(name).orElseThrow();
    int columns = (int) (tensor.elements() / tensor.shape().get(0));
    float[] wanted = read(tensor);
    float[] scales = read(blocks.find(BlockFormat.scales(name)).orElseThrow());
    int[] levels = levels(blocks.find(format.values(name)).orElseThrow(), format);
    int zero = 1 << (format.bits() - 1);
    for (int i = 0; i < wanted.length; i++) {
      int block = i / columns * (int) BlockFormat.blocks(columns) + i % columns / BlockFormat.BLOCK;
      int level = levels[block * BlockFormat.BLOCK + i % columns % BlockFormat.BLOCK];
      double error = Math.abs((level - zero) * scales[block] - wanted[i]);
      // The uppermost level of four bits also stands for what lies a whole step above it.
      double most = format == BlockFormat.INT4 && level == 15 ? 1.00001 : 0.50001;
      assertThat(error).isLessThanOrEqualTo(Math.abs(scales[block]) * most);
    }
  }

  @Test
  void fourBitsReachTheLargestMagnitudeOfEachBlockExactly() throws IOException {
    String name = "model.layers.0.mlp.down_proj.weight";
    Checkpoint stored = Checkpoint.open(Fixtures.path("tiny-model-f32"));
    Weights blocks = in(Precision.INT4, stored, "p");
    float[] values = read(stored.weights().find(name).orElseThrow());
    float[] scales = read(blocks.find(BlockFormat.scales(name)).orElseThrow());
    for (int block = 0; block < scales.length; block++) {
      float peak = 0;
      for (int i = block * BlockFormat.BLOCK; i < (block + 1) * BlockFormat.BLOCK; i++) {
        peak = Math.max(peak, Math.abs(values[i]));
      }
      assertThat(Math.abs(scales[block]) * 8).isEqualTo(peak);
    }
  }

  @Test
  void whatIsOnlyLookedUpStaysAsItIs() {
    Weights tied = in(Precision.INT8, Checkpoint.open(Fixtures.path("tiny-model-bf16")), "t");
    Weights untied = in(Precision.INT8, Checkpoint.open(Fixtures.path("tiny-model-f32")), "u");

    assertThat(tied.find("model.embed_tokens.weight.int8")).isPresent();
    assertThat(untied.find("model.embed_tokens.weight.int8")).isEmpty();
    assertThat(untied.find("lm_head.weight.int8")).isPresent();
    assertThat(untied.find("model.norm.weight.int8")).isEmpty();
  }

  @Test
  void fourBitsAreForTheLayersOfTheDecoderAlone() {
    Weights weights = in(Precision.INT4, Checkpoint.open(Fixtures.path("tiny-model-f32")), "l");

    assertThat(weights.find("model.layers.0.self_attn.q_proj.weight.int4")).isPresent();
    assertThat(weights.find("model.layers.0.self_attn.q_proj.weight.int8")).isEmpty();
    assertThat(weights.find("visual.blocks.0.attn.qkv.weight.int8")).isPresent();
    assertThat(weights.find("lm_head.weight.int8")).isPresent();
  }

  @Test
  void theSecondOpenFindsTheFirstOnesFile() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-f32"));
    in(Precision.INT8, checkpoint, "same");
    Path file = only();
    Object before = Files.getAttribute(file, "unix:ino");

    in(Precision.INT8, checkpoint, "same");

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

  private Weights in(Precision precision, Checkpoint checkpoint, String key) {
    return checkpoint.in(precision, key, new WeightCache(cache.toString())).weights();
  }

  private static int[] levels(TensorLocation tensor, BlockFormat format) throws IOException {
    byte[] file = Files.readAllBytes(tensor.file());
    int perByte = 8 / format.bits();
    int[] levels = new int[(int) tensor.length() * perByte];
    for (int i = 0; i < levels.length; i++) {
      int bits = file[(int) tensor.offset() + i / perByte] & 0xff;
      levels[i] = bits >> (i % perByte * format.bits()) & ((1 << format.bits()) - 1);
    }
    return levels;
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
