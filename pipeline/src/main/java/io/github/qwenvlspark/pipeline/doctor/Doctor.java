package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.ort.OnnxRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Looks at everything that a run needs, and goes on whatever it finds. Confined to one thread; the
 * first thing of its process that uses ONNX Runtime, so that its warnings can be seen.
 */
public final class Doctor {
  private static final int JAVA = 17;

  private final Path model;
  private final RunSettings settings;
  private final EngineOptions options;
  private final MemoryBudget budget;
  private final List<Finding> findings = new ArrayList<>();

  /** Looks at {@code model} on this machine, with the settings that a run would have. */
  public Doctor(Path model, RunSettings settings) {
    this.model = model;
    this.settings = settings;
    this.options = settings.engine();
    this.budget = MemoryBudget.ofThisProcess(options);
  }

  /**
   * Looks at everything, cheap things first.
   *
   * @param uri something in the store that a run is to read
   * @param hadoop how stores are reached
   * @param found told each finding as it comes
   */
  public List<Finding> run(Optional<String> uri, Configuration hadoop, Consumer<Finding> found) {
    add(java(), found);
    add(cores(), found);
    add(Folders.temporary(), found);
    add(Folders.cache(options.cacheFolder()), found);
    add(OnnxRuntimeCheck.look(), found);
    Codecs.look().forEach(finding -> add(finding, found));
    Finding checkpoint = checkpoint();
    add(checkpoint, found);
    if (!checkpoint.isBad()) {
      ModelMemory memory = new ModelMemory(model, options, budget);
      Precision precision =
          settings.eitherPrecision() ? budget.choose(memory::need) : options.precision();
      memory.look(precision).forEach(finding -> add(finding, found));
      boolean wrong = findings.stream().anyMatch(Finding::isBad);
      add(
          wrong
              ? Finding.note("load", "not tried, for something above is bad")
              : load(options.with(precision)),
          found);
    }
    uri.ifPresent(text -> add(StoreCheck.look(text, hadoop), found));
    return List.copyOf(findings);
  }

  private void add(Finding finding, Consumer<Finding> found) {
    findings.add(finding);
    found.accept(finding);
  }

  private static Finding java() {
    String version = "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name");
    return Runtime.version().feature() == JAVA
        ? Finding.good("java", version)
        : Finding.bad("java", version + "; Spark 3.5 needs Java 17: set JAVA_HOME");
  }

  private Finding cores() {
    int cores = Runtime.getRuntime().availableProcessors();
    String detail =
        "%d cores of this process, %d threads for the model".formatted(cores, options.threads());
    return options.threads() > cores
        ? Finding.note("cores", detail + "; more threads than cores are slower")
        : Finding.good("cores", detail);
  }

  private Finding checkpoint() {
    try {
      ModelInfo info = QwenVl.inspect(model, options);
      return Finding.good(
          "checkpoint", "%s, model.fingerprint %s".formatted(info.name(), info.fingerprint()));
    } catch (QwenVlException e) {
      return Finding.bad("checkpoint", e.getMessage());
    }
  }

  /** Its warnings, if there are any, stand on standard error by then. */
  private Finding load(EngineOptions chosen) {
    long start = System.nanoTime();
    try (QwenVl engine = QwenVl.open(model, chosen)) {
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
                .formatted(e.getMessage()));
      }
    }
  }
}
