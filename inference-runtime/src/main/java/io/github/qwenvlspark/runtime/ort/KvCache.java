package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.graph.CacheNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of the rows in flight: for each layer one key and one value tensor {@code [rows,
 * kvHeads, maxTokens, headDim]} float32 in host memory, which the decoder writes in place. Confined
 * to the engine's worker thread.
 */
public final class KvCache implements AutoCloseable {
  private final OrtEnvironment environment;
  private final TextConfig config;
  private final int rows;
  private final int maxTokens;
  private final List<FloatBuffer> keys = new ArrayList<>();
  private final List<FloatBuffer> values = new ArrayList<>();
  private final Map<Range, Views> views = new HashMap<>();

  /** Consecutive rows from {@code first}. */
  public record Range(int first, int count) {}

  /** The same memory under its input and its output names. */
  record Views(Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {}

  public KvCache(TextConfig config, int rows, int maxTokens, int threads) {
    this.environment = OrtRuntime.environment(threads);
    this.config = config;
    this.rows = rows;
    this.maxTokens = maxTokens;
    long bytes = rowFloats() * Float.BYTES * rows;
    if (bytes > Integer.MAX_VALUE) {
      throw tooLarge(bytes, "2 GiB a layer is the limit");
    }
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        keys.add(allocate((int) bytes));
        values.add(allocate((int) bytes));
      }
    } catch (OutOfMemoryError e) {
      throw tooLarge(bytes, "direct memory is exhausted (-XX:MaxDirectMemorySize)");
    }
  }

  private static FloatBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private QwenVlException tooLarge(long layerBytes, String why) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "Cannot hold a KV cache of %d rows x %d tokens: %,d bytes a layer, twice for each of %d layers; %s;"
                .formatted(rows, maxTokens, layerBytes, config.layers(), why)
            + " lower maxBatch or maxContextTokens");
  }

  private long rowFloats() {
    return (long) config.kvHeads() * maxTokens * config.headDim();
  }

  public int rows() {
    return rows;
  }

  public int maxTokens() {
    return maxTokens;
  }

  /** Bytes of all rows together. */
  public long bytes() {
    return 2L * config.layers() * rows * rowFloats() * Float.BYTES;
  }

  /** Copies the first {@code tokens} positions of row {@code from} over those of row {@code to}. */
  public void copyRow(int from, int to, int tokens) {
    for (int layer = 0; layer < config.layers(); layer++) {
      copyRow(keys.get(layer), from, to, tokens);
      copyRow(values.get(layer), from, to, tokens);
    }
  }

  private void copyRow(FloatBuffer memory, int from, int to, int tokens) {
    int headFloats = maxTokens * config.headDim();
    for (int head = 0; head < config.kvHeads(); head++) {
      int source = (from * config.kvHeads() + head) * headFloats;
      int target = (to * config.kvHeads() + head) * headFloats;
      memory.put(target, memory, source, tokens * config.headDim());
    }
  }

  /**
   * Fills everything with {@code value}: tests fill with NaN to show that no stale value is read.
   */
  public void fill(float value) {
    for (List<FloatBuffer> memories : List.of(keys, values)) {
      for (FloatBuffer memory : memories) {
        for (int i = 0; i < memory.capacity(); i++) {
          memory.put(i, value);
        }
      }
    }
  }

  Views views(Range range) {
    return views.computeIfAbsent(range, this::createViews);
  }

  private Views createViews(Range range) {
    Map<String, OnnxTensor> past = new HashMap<>();
    Map<String, OnnxTensor> present = new HashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      OnnxTensor key = view(keys.get(layer), range);
      OnnxTensor value = view(values.get(layer), range);
      past.put(CacheNames.pastKey(layer), key);
      past.put(CacheNames.pastValue(layer), value);
      present.put(CacheNames.presentKey(layer), key);
      present.put(CacheNames.presentValue(layer), value);
    }
    return new Views(past, present);
  }

  private OnnxTensor view(FloatBuffer memory, Range range) {
    int floats = Math.toIntExact(rowFloats());
    FloatBuffer slice = memory.slice(range.first() * floats, range.count() * floats);
    long[] shape = {range.count(), config.kvHeads(), maxTokens, config.headDim()};
    try {
      return OnnxTensor.createTensor(environment, slice, shape);
    } catch (OrtException e) {
      throw OrtRuntime.failure("share the KV cache", e);
    }
  }

  @Override
  public void close() {
    views.values().forEach(view -> view.past().values().forEach(OnnxTensor::close));
    views.clear();
    keys.clear();
    values.clear();
  }
}
