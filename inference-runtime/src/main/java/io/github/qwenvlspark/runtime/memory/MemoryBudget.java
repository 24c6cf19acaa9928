package io.github.qwenvlspark.runtime.memory;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The bytes that an engine may take outside the Java heap, and who says so. Immutable.
 *
 * @param bytes steady ones: they do not change with what else runs
 * @param free what can be had now
 * @param source such as {@code spark.executor.memoryOverhead}
 */
public record MemoryBudget(long bytes, long free, String source) {
  private static final String LIMIT = "spark.qwenvl.engine.memoryLimit";

  /** A budget that somebody gave, whatever is free now. */
  public MemoryBudget(long bytes, String source) {
    this(bytes, bytes, source);
  }

  /**
   * The budget of this process: what the options say, or what the machine or its control group
   * leaves beside the largest Java heap. Memory of a GPU is not counted.
   */
  public static MemoryBudget ofThisProcess(EngineOptions options) {
    if (!options.device().equals(Device.CPU)) {
      return unknown(
          "the memory of %s, which opening it shows".formatted(options.device().label()));
    }
    return options.memoryLimit() > 0
        ? new MemoryBudget(options.memoryLimit(), LIMIT)
        : MachineMemory.detect()
            .map(machine -> beside(Runtime.getRuntime(), machine))
            .orElseGet(() -> unknown("this system does not tell"));
  }

  private static MemoryBudget unknown(String why) {
    return new MemoryBudget(Long.MAX_VALUE, why);
  }

  private static MemoryBudget beside(Runtime java, MachineMemory machine) {
    long heap = Math.min(java.maxMemory(), machine.total());
    return new MemoryBudget(
        machine.total() - heap,
        machine.free(),
        "%s of %s less %s of Java heap"
            .formatted(machine.source(), size(machine.total()), size(heap)));
  }

  /** Whether the steady bytes are enough; what else runs now is not asked. */
  public boolean holds(MemoryNeed need) {
    return need.total() <= bytes;
  }

  /** The exact precision where it fits, else 8 bits. */
  public Precision choose(Function<Precision, MemoryNeed> needs) {
    return holds(needs.apply(Precision.FP32)) ? Precision.FP32 : Precision.INT8;
  }

  /**
   * Refuses what would be killed later.
   *
   * @throws QwenVlException OUT_OF_MEMORY with the numbers of every item and what to change
   */
  public void require(MemoryNeed need) {
    if (!holds(need)) {
      throw refusal(need, "%s is there (%s)".formatted(size(bytes), source));
    }
    if (need.total() > free) {
      throw refusal(need, "%s is free now (%s)".formatted(size(free), source));
    }
  }

  private static QwenVlException refusal(MemoryNeed need, String lack) {
    String items =
        need.bytes().entrySet().stream()
            .filter(item -> item.getValue() > 0)
            .sorted(Map.Entry.<MemoryItem, Long>comparingByValue().reversed())
            .map(MemoryBudget::line)
            .collect(Collectors.joining(System.lineSeparator()));
    return new QwenVlException(
        ErrorType.OUT_OF_MEMORY,
        "Cannot load the model in %s: it needs %s outside the Java heap, %s:%n%s%n"
                .formatted(need.precision().label(), size(need.total()), lack, items)
            + "Give more memory or lower what is named above%s; %s replaces the amount that was found"
                .formatted(
                    need.precision() == Precision.FP32 ? ", such as precision to int8" : "",
                    LIMIT));
  }

  private static String line(Map.Entry<MemoryItem, Long> item) {
    String lever = item.getKey().lever();
    return "  %9s  %s%s"
        .formatted(
            size(item.getValue()),
            item.getKey().label(),
            lever.isEmpty() ? "" : " (lower with " + lever + ")");
  }

  /** Bytes for people, such as {@code 14.3 GiB}. */
  public static String size(long bytes) {
    if (bytes == Long.MAX_VALUE) {
      return "unknown";
    }
    double mib = bytes / (double) (1 << 20);
    return mib < 1000
        ? String.format(Locale.ROOT, "%.0f MiB", mib)
        : String.format(Locale.ROOT, "%.1f GiB", mib / 1024);
  }
}
