package io.github.qwenvlspark.runtime.position;

import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
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

/** The patches of a page of 1400 x 1008 pixels brought into window order, on one core. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WindowOrderBench {
  private static final ImageGrid PAGE = new ImageGrid(1, 100, 72);
  private static final int PATCH_VALUES = 1176;

  private final VisionWindows windows = new VisionWindows(PAGE, 112, 14);
  private final float[] values = new float[PAGE.patches() * PATCH_VALUES];

  @Benchmark
  public VisionWindows plan() {
    return new VisionWindows(PAGE, 112, 14);
  }

  @Benchmark
  public float[] reorder() {
    return windows.toWindowOrder(values, PATCH_VALUES);
  }
}
