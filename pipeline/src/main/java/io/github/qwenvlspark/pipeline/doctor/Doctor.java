package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.ExecutorMemory;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.ort.OnnxRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;

/**
 * Looks at everything that a run needs, and goes on whatever it finds. Confined to one thread; the
 * first thing of its process that uses ONNX Runtime, so that its warnings can be seen.
 */
public final class Doctor {
  private final Deployment deployment;
  private final EngineOptions options;
  private final MemoryBudget budget;
  private final Consumer<Finding> listener;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Looks at a deployment from this machine.
   *
   * @param listener told each finding as it comes
   */
  public Doctor(Deployment deployment, Consumer<Finding> listener) {
    this.deployment = deployment;
    this.options = deployment.settings().engine();
    this.budget = budget(options, deployment.conf());
    this.listener = listener;
  }

  /** Looks at everything, cheap things first. */
  public List<Finding> run() {
    machine();
    spark();
    stores();
    model();
    table();
    return List.copyOf(findings);
  }

  private void machine() {
    add(new JavaCheck(Runtime.version()));
    add(new Cores(options.threads(), deployment.conf()));
    add(OpenFiles.ofThisProcess());
    add(() -> List.of(Folders.temporary()));
    add(new SparkFolders(deployment.conf(), deployment.leastFree()));
    add(() -> List.of(Folders.cache(options.cacheFolder())));
    add(() -> List.of(OnnxRuntimeCheck.look()));
    add(CudaLibraries.ofThisMachine(options.device()));
    add(Codecs::look);
  }

  private void spark() {
    add(new DeltaSession(deployment.conf()));
    add(new Placement(options.device(), deployment.conf()));
    add(new RapidsJar(deployment.conf()));
    add(new TaskFiles(deployment.taskFolder()));
  }

  private void model() {
    add(new Digests(deployment.model()));
    Finding checkpoint = checkpoint();
    add(() -> List.of(checkpoint));
    if (!checkpoint.isBad()) {
      ModelMemory memory = new ModelMemory(deployment.model(), options, budget);
      Precision precision =
          deployment.settings().eitherPrecision()
              ? budget.choose(memory::need)
              : options.precision();
      add(() -> memory.look(precision));
      add(new ExecutorFormula(deployment.settings(), deployment.conf(), memory.need(precision)));
      add(() -> List.of(load(options.with(precision))));
    }
  }

  private void stores() {
    deployment
        .uri()
        .ifPresent(uri -> add(() -> List.of(StoreCheck.look(uri, deployment.hadoop()))));
    deployment
        .output()
        .map(output -> new OutputCheck(output, deployment.hadoop(), deployment.conf()))
        .ifPresent(this::add);
  }

  private void table() {
    if (isWell()) {
      deployment
          .output()
          .map(output -> new DeltaTable(output, deployment.hadoop(), deployment.session()))
          .ifPresent(this::add);
    }
  }

  private void add(Check check) {
    for (Finding finding : check.look()) {
      findings.add(finding);
      listener.accept(finding);
    }
  }

  private boolean isWell() {
    return findings.stream().noneMatch(Finding::isBad);
  }

  /** What a run would hold the model to: an executor's overhead, where the cluster does. */
  private static MemoryBudget budget(EngineOptions options, SparkConf conf) {
    boolean given = options.memoryLimit() > 0 || !options.device().equals(Device.CPU);
    return given || !ExecutorMemory.isEnforced(conf)
        ? MemoryBudget.ofThisProcess(options)
        : new MemoryBudget(
            ExecutorMemory.of(conf).overhead(), ExecutorMemory.OVERHEAD + " of an executor");
  }

  private Finding checkpoint() {
    try {
      ModelInfo info = QwenVl.inspect(deployment.model(), options);
      return Finding.good(
          "checkpoint", "%s, model.fingerprint %s".formatted(info.name(), info.fingerprint()));
    } catch (QwenVlException e) {
      return Finding.bad("checkpoint", e.getMessage());
    }
  }

  /** Its warnings, if there are any, stand on standard error by then. */
  private Finding load(EngineOptions chosen) {
    if (!isWell()) {
      return Finding.note("load", "not tried, for something above is bad");
    }
    long start = System.nanoTime();
    try (QwenVl engine = QwenVl.open(deployment.model(), chosen)) {
      return Finding.good(
          "load",
          "%s on %s in %.1f s; what ONNX Runtime warns of, it writes to standard error"
              .formatted(
                  engine.model().precision(),
                  engine.model().device(),
                  (System.nanoTime() - start) / 1e9));
    } catch (QwenVlException e) {
      return Finding.bad("load", e.getMessage());
    }
  }

  /** Loads the native library and names what it can compute on. */
  private static final class OnnxRuntimeCheck {
    static Finding look() {
      try {
        OnnxRuntime runtime = OnnxRuntime.startLoud();
        return Finding.good(
            "onnxruntime",
            "%s with %s; CUDA %s"
                .formatted(
                    runtime.version(),
                    String.join(", ", runtime.providers()),
                    runtime.hasCuda() ? "is in this build" : "is not in this build"));
      } catch (QwenVlException | LinkageError e) {
        return Finding.bad(
            "onnxruntime",
            "cannot be loaded: %s; it needs glibc 2.28 or later and a temporary folder that allows programs"
                .formatted(StoreCheck.rootOf(e)));
      }
    }
  }
}
