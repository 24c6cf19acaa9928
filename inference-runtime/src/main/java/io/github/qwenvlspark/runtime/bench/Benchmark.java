package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.ort.ProductSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All measures of a checkpoint and of the machine, one after the other. Confined to one thread. */
public final class Benchmark {
  private final ModelInfo info;
  private final BenchPlan plan;
  private final Loader loader;
  private final Stopwatch stopwatch;
  private Device device = Device.CPU;

  /**
   * Measures to be taken of a checkpoint.
   *
   * @throws QwenVlException INVALID_REQUEST if the checkpoint is too small for them
   */
  public Benchmark(ModelInfo info, BenchPlan plan, Loader loader) {
    int needed = plan.effort().contextTokens();
    int positions = loader.config().text().maxPositions();
    if (needed > positions) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot bench %s: rows of %d tokens are measured, its max_position_embeddings is %d; use the quick bench"
              .formatted(info.name(), needed, positions));
    }
    this.info = info;
    this.plan = plan;
    this.loader = loader;
    this.stopwatch = new Stopwatch(plan.effort());
  }

  /** Runs the model there; the machine is measured all the same. */
  public Benchmark on(Device other) {
    device = other;
    return this;
  }

  /** Takes all measures; {@code listener} hears each as it is taken. Runs once. */
  public BenchReport run(Consumer<Measure> listener) {
    try (loader) {
      return measured(listener);
    }
  }

  private BenchReport measured(Consumer<Measure> listener) {
    long start = System.nanoTime();
    List<Measure> measures = new ArrayList<>();
    Consumer<Measure> taken =
        measure -> {
          listener.accept(measure);
          measures.add(measure);
        };
    Roofline roofline = machine("", taken);
    for (Precision precision : plan.precisions()) {
      ProcessMemory.forgetPeak();
      new ModelBench(plan, loader, precision, options(precision), stopwatch, roofline).run(taken);
      ProcessMemory.peak()
          .ifPresent(
              bytes ->
                  taken.accept(
                      Measure.figure(
                          "peak memory",
                          precision.label(),
                          "MB",
                          bytes / 1e6,
                          "largest resident set, KV cache of %d rows x %d tokens in it"
                              .formatted(plan.maxBatch(), plan.effort().contextTokens()))));
    }
    machine(", afterwards", taken);
    return new BenchReport(
        info.name(),
        info.fingerprint(),
        info.runtimeVersion(),
        Machine.here(plan.threads()),
        measures,
        (System.nanoTime() - start) / 1e9);
  }

  private EngineOptions options(Precision precision) {
    return new EngineOptions(
            plan.threads(),
            plan.maxBatch(),
            plan.effort().contextTokens(),
            EngineOptions.DEFAULT.prefillChunk())
        .with(precision)
        .with(device);
  }

  /** What the machine can do; taken before and after, to show whether it held still. */
  private Roofline machine(String when, Consumer<Measure> taken) {
    Measure read = memoryRead("memory read" + when);
    taken.accept(read);
    Measure gemm = gemm("GEMM" + when);
    taken.accept(gemm);
    return new Roofline(bound(gemm), bound(read));
  }

  /** Amounts are in units of a thousand millions. */
  private static Roofline.Bound bound(Measure measure) {
    return Roofline.Bound.of(measure.amount() * 1e9, measure.timing().orElseThrow());
  }

  private Measure memoryRead(String name) {
    try (MemoryRead memory = new MemoryRead(plan.threads(), plan.effort().readMegabytes())) {
      return Measure.rate(
          name,
          "-",
          "GB",
          memory.bytes() / 1e9,
          stopwatch.time(memory::pass),
          Work.UNCOUNTED,
          Optional.empty(),
          "two buffers of %d MiB compared in Java".formatted(plan.effort().readMegabytes() / 2));
    }
  }

  private Measure gemm(String name) {
    int side = plan.effort().gemmSide();
    try (ProductSession product = new ProductSession(side, plan.threads())) {
      return Measure.rate(
          name,
          "fp32",
          "GFLOP",
          product.flops() / 1e9,
          stopwatch.time(product::run),
          Work.UNCOUNTED,
          Optional.empty(),
          "%d x %d matrices in ONNX Runtime".formatted(side, side));
    }
  }
}
