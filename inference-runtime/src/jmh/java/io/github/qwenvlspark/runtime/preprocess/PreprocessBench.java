package io.github.qwenvlspark.runtime.preprocess;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A page on one core: A4 at 200 DPI brought to 1400 x 1008, then cut into 7200 patches. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PreprocessBench {
  private static final Size PAGE = new Size(1400, 1008);

  private final RgbImage scan = noise(2339, 1654);
  private final RgbImage page = noise(PAGE.height(), PAGE.width());
  private final float[][] levels =
      PreprocessorPath.QWEN_VL_UTILS.pictureLevels(
          new Normalization(new float[] {0.48f, 0.46f, 0.41f}, new float[] {0.27f, 0.26f, 0.28f}));

  private static RgbImage noise(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    new Random(1).nextBytes(rgb);
    return new RgbImage(height, width, rgb);
  }

  @Benchmark
  public RgbImage resizeAsPillow() {
    return PillowBicubic.resize(scan, PAGE);
  }

  @Benchmark
  public RgbImage resizeAsTorch() {
    return TorchUint8Bicubic.resize(scan, PAGE);
  }

  @Benchmark
  public PixelValues patchify() {
    return Patchifier.patchify(List.of(page), levels);
  }
}
