package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.bench.BenchJson;
import io.github.qwenvlspark.runtime.bench.BenchPlan;
import io.github.qwenvlspark.runtime.bench.BenchReport;
import io.github.qwenvlspark.runtime.bench.BenchText;
import io.github.qwenvlspark.runtime.bench.Benchmark;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qwenvl bench}. Starts no Spark. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast a checkpoint answers on this machine, beside what the machine can do.",
      "Let nothing else run meanwhile. See docs/performance.md for how to read the figures."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, description = "Hugging Face checkpoint directory.")
  private Path model;

  @Option(
      names = "--threads",
      description = "Threads of the model (default: all cores of this machine).")
  private Integer threads;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "fp32,int8",
      description = "Each is loaded and measured by itself (default: ${DEFAULT-VALUE}).")
  private List<String> precisions;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "1,2,4,8",
      description =
          "Rows of a decode step; the engine answers the most (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      converter = DeviceOption.class,
      description = "Where the model runs: cpu, cuda or cuda:n (default: ${DEFAULT-VALUE}).")
  private Device device;

  @Option(names = "--quick", description = "Smaller and fewer: figures to look at, not to quote.")
  private boolean quick;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Benchmark benchmark = benchmark();
    if (json) {
      out.println(BenchJson.of(run(benchmark, line -> {})));
    } else {
      out.print(BenchText.heading());
      out.flush();
      BenchReport report =
          run(
              benchmark,
              line -> {
                out.print(line);
                out.flush();
              });
      out.print(BenchText.summary(report));
    }
    out.flush();
    return 0;
  }

  private static BenchReport run(Benchmark benchmark, java.util.function.Consumer<String> lines) {
    try {
      return benchmark.run(measure -> lines.accept(BenchText.line(measure)));
    } catch (QwenVlException e) {
      throw asked(e);
    }
  }

  private Benchmark benchmark() {
    try {
      return QwenVl.benchmark(model, plan()).on(device);
    } catch (QwenVlException e) {
      throw asked(e);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("Cannot bench: " + e.getMessage(), e);
    }
  }

  /** What the user can change is theirs; the rest is ours and keeps its stack. */
  private static RuntimeException asked(QwenVlException e) {
    return e.type() == ErrorType.INVALID_REQUEST ? new BadRequestException(e.getMessage(), e) : e;
  }

  private BenchPlan plan() {
    return new BenchPlan(
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        precisions.stream().map(BenchCommand::precision).toList(),
        batches,
        quick ? BenchPlan.Effort.QUICK : BenchPlan.Effort.FULL);
  }

  private static Precision precision(String label) {
    for (Precision precision : Precision.values()) {
      if (precision.label().equals(label)) {
        return precision;
      }
    }
    throw new BadRequestException(
        "--precision \"%s\": expected some of %s"
            .formatted(
                label,
                String.join(
                    ",", List.of(Precision.values()).stream().map(Precision::label).toList())));
  }
}
