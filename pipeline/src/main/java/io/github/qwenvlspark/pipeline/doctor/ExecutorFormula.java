package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.ExecutorMemory;
import io.github.qwenvlspark.pipeline.config.GpuRules;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.memory.MemoryItem;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * The memory of one executor: what a cluster is asked for, what takes it, and what to ask for.
 *
 * @param need of the model in the precision that a run takes
 */
record ExecutorFormula(RunSettings settings, SparkConf conf, MemoryNeed need) implements Check {
  private static final String NAME = "executor";
  private static final long MIB = 1 << 20;

  /** What Spark, its jars and the texts of rows want of the heap, with a quarter for pixels. */
  private static final long LEAST_HEAP = 1024 * MIB;

  @Override
  public List<Finding> look() {
    if (GpuRules.isLocal(conf)) {
      return List.of();
    }
    ExecutorMemory memory = ExecutorMemory.of(conf);
    long outside = outsideTheHeap();
    long heap =
        LEAST_HEAP
            + settings.engine().scheduling().visualCacheBytes()
            + settings.ahead().maxBytes(); // 0 for a quarter of whatever heap there is
    boolean smallHeap = memory.heap() < heap;
    boolean smallOverhead = memory.overhead() < outside;
    String detail = formula(memory, outside);
    if (smallHeap) {
      detail += "%nset %s=%dm or more".formatted(ExecutorMemory.HEAP, mib(heap));
    }
    if (smallOverhead) {
      detail += "%nset %s=%dm".formatted(ExecutorMemory.OVERHEAD, mib(outside));
    }
    if (smallHeap || (smallOverhead && ExecutorMemory.isEnforced(conf))) {
      return List.of(Finding.bad(NAME, detail));
    }
    return List.of(smallOverhead ? Finding.note(NAME, detail) : Finding.good(NAME, detail));
  }

  private String formula(ExecutorMemory memory, long outside) {
    long pixels = settings.ahead().bytesOf(memory.heap());
    return """
    %s = heap %s + overhead %s + off-heap %s; %s
    heap: pixels %s, visual cache %s, Spark and rows the rest
    overhead: the model %s (%s)\
    """
        .formatted(
            MemoryBudget.size(memory.total()),
            MemoryBudget.size(memory.heap()),
            MemoryBudget.size(memory.overhead()),
            MemoryBudget.size(memory.offHeap()),
            conf.get("spark.executor.cores", "1") + " cores",
            MemoryBudget.size(pixels),
            MemoryBudget.size(settings.engine().scheduling().visualCacheBytes()),
            MemoryBudget.size(outside),
            onGpu() ? "beside " + card() + " on the card" : need.precision().label());
  }

  private boolean onGpu() {
    return settings.engine().device() instanceof Device.Cuda;
  }

  /** Of a model on a GPU, the host keeps libraries and, while loading, a matrix. */
  private long outsideTheHeap() {
    return onGpu()
        ? need.of(MemoryItem.BASE) + need.of(MemoryItem.EMBEDDING) + need.of(MemoryItem.LOADING)
        : need.total();
  }

  /** In bfloat16 weights and values take half of what they take in float32. Never measured. */
  private String card() {
    long halves = need.total() - need.of(MemoryItem.BASE) - need.of(MemoryItem.EMBEDDING);
    return "about " + MemoryBudget.size(halves / 2 + need.of(MemoryItem.EMBEDDING));
  }

  private static long mib(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
