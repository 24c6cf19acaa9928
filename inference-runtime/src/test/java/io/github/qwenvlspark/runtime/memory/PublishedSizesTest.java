package io.github.qwenvlspark.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.checkpoint.TensorType;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/memory.md} shows what is computed for the published sizes of Qwen2.5-VL. */
class PublishedSizesTest {
  /** The defaults of a run. */
  private static final EngineOptions OPTIONS = new EngineOptions(1, 8, 6144, 512);

  /** What differs between the sizes: values of their {@code config.json}. */
  private record Published(
      String name,
      int hidden,
      int layers,
      int heads,
      int kvHeads,
      int inner,
      int vocab,
      int vision) {
    MemoryNeed need(Precision precision) {
      ModelConfig config =
          new ModelConfig(
              new TextConfig(
                  hidden,
                  layers,
                  heads,
                  kvHeads,
                  128,
                  inner,
                  vocab,
                  1e-6,
                  1e6,
                  List.of(16, 24, 24),
                  128_000,
                  name.equals("3B")),
              new VisionConfig(
                  VisionFamily.QWEN2_5_VL,
                  32,
                  1280,
                  16,
                  vision,
                  hidden,
                  14,
                  2,
                  2,
                  112,
                  List.of(7, 15, 23, 31),
                  2),
              0,
              0,
              0,
              List.of());
      return MemoryNeed.of(config, TensorType.BF16, OPTIONS.with(precision));
    }

    String row() {
      return "| %s | %s | %s | %s | %s | %s |%n"
          .formatted(
              name,
              total(Precision.FP32),
              total(Precision.INT8),
              total(Precision.INT4),
              item(MemoryItem.KV_CACHE),
              item(MemoryItem.PICTURE));
    }

    private String total(Precision precision) {
      return MemoryBudget.size(need(precision).total());
    }

    private String item(MemoryItem item) {
      return MemoryBudget.size(need(Precision.FP32).of(item));
    }
  }

  private static final List<Published> SIZES =
      List.of(
          new Published("3B", 2048, 36, 16, 2, 11008, 151936, 3420),
          new Published("7B", 3584, 28, 28, 4, 18944, 152064, 3420),
          new Published("32B", 5120, 64, 40, 8, 27648, 152064, 3456),
          new Published("72B", 8192, 80, 64, 8, 29568, 152064, 3456));

  @Test
  void thePageShowsWhatIsComputed() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | size | fp32 | int8 | int4 | of it KV cache | of it largest picture |
            |---|---|---|---|---|---|
            """);
    SIZES.forEach(size -> table.append(size.row()));
    assertThat(Files.readString(Path.of("../docs/memory.md")))
        .as("put this table into docs/memory.md:%n%s", table)
        .contains(table);
  }

  @Test
  void fewBitsNeedAboutAsMuchLessAsTheySay() {
    for (Published size : SIZES) {
      long exact = weights(size, Precision.FP32);
      assertThat((double) exact / weights(size, Precision.INT8)).isBetween(2.8, 3.0);
      assertThat((double) exact / weights(size, Precision.INT4)).isBetween(3.3, 4.6);
    }
  }

  private static long weights(Published size, Precision precision) {
    MemoryNeed need = size.need(precision);
    return need.of(MemoryItem.DECODER) + need.of(MemoryItem.VISION);
  }
}
