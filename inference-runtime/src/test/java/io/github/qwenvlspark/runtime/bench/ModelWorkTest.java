package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import io.github.qwenvlspark.runtime.position.VisionWindows;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted, against the weights that lie in the demo checkpoint and its windows. */
class ModelWorkTest {
  private final Checkpoint demo = Checkpoint.open(Path.of("../pipeline/demo/qwen2.5-vl-demo"));
  private final ModelWork fp32 = new ModelWork(demo.config(), Precision.FP32);
  private final ModelWork int8 = new ModelWork(demo.config(), Precision.INT8);

  /** Elements of all matrices whose names begin so; the embedding is the output head, too. */
  private double matrices(String prefix) {
    return demo.weights().all().values().stream()
        .filter(tensor -> tensor.name().startsWith(prefix) && tensor.shape().size() > 1)
        .mapToLong(TensorLocation::elements)
        .sum();
  }

  @Test
  void aStepReadsEveryWeightOfTheDecoderOnceAndTheCacheOfEachRow() {
    double weights = matrices("model.");
    double cacheOfRow = 2.0 * 4 * 2 * 32 * 256 * 4; // layers, kv heads, head size, tokens, float32

    assertThat(fp32.step(1, 256).bytes()).isEqualTo(4 * weights + cacheOfRow);
    assertThat(fp32.step(8, 256).bytes()).isEqualTo(4 * weights + 8 * cacheOfRow);
    assertThat(int8.step(1, 256).bytes()).isEqualTo(1.125 * weights + cacheOfRow);
  }

  @Test
  void aStepMultipliesEveryWeightOnceForEachRow() {
    double attention = 4.0 * 4 * 6 * 32 * 257; // layers, heads, head size, keys with its own

    assertThat(fp32.step(1, 256).flops()).isEqualTo(2 * matrices("model.") + attention);
    assertThat(fp32.step(8, 256).flops()).isEqualTo(8 * fp32.step(1, 256).flops());
  }

  @Test
  void aPromptIsItsTokensOneByOneWithASingleHead() {
    double steps = IntStream.range(0, 100).mapToDouble(past -> fp32.step(1, past).flops()).sum();
    double head = 2.0 * 512 * 192;

    assertThat(fp32.prefill(100).flops()).isCloseTo(steps - 99 * head, within(1.0));
  }

  @Test
  void aPictureReadsEveryWeightOfTheTowerOnce() {
    assertThat(fp32.picture(20, 20).bytes()).isEqualTo(4 * matrices("visual."));
  }

  @ParameterizedTest
  @CsvSource({"8,8", "20,20", "40,28", "100,72", "6,34"})
  void patchesAttendInTheirWindowsAndInFullBlocksToAll(int rows, int columns) {
    VisionConfig vision = demo.config().vision();
    double patches = (double) rows * columns;
    double inWindows =
        IntStream.of(
                new VisionWindows(
                        new ImageGrid(1, rows, columns), vision.windowSize(), vision.patchSize())
                    .lengths())
            .mapToDouble(length -> (double) length * length)
            .sum();
    double merger = 512.0 * (512 + 192); // four patches of 128 values
    double linear = 2 * (patches * (matrices("visual.") - merger) + patches / 4 * merger);
    double attention = 4.0 * 128 * (2 * inWindows + 2 * patches * patches);

    assertThat(fp32.picture(rows, columns).flops()).isCloseTo(linear + attention, within(1.0));
  }
}
