package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import com.sun.jna.Pointer;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.graph.CacheNames;
import io.github.qwenvlspark.runtime.graph.FloatType;
import io.github.qwenvlspark.runtime.graph.RowCopyGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys and values of the rows in flight: for each layer one key and one value tensor {@code [rows,
 * kvHeads, maxTokens, headDim]} where the decoder computes, which it writes in place. Confined to
 * the engine's worker thread.
 */
public final class KvCache implements AutoCloseable {
  private final OrtEnvironment environment;
  private final TextConfig config;
  private final int rows;
  private final int maxTokens;
  private final FloatType floats;
  private final Moves moves;
  private final LoadedGraph rowCopy;
  private final SessionMemory memory;
  private final List<Pointer> keys = new ArrayList<>();
  private final List<Pointer> values = new ArrayList<>();
  private final Map<Range, Views> views = new HashMap<>();

  /** Consecutive rows from {@code first}. */
  public record Range(int first, int count) {}

  /** The same memory under its input and its output names. */
  record Views(Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {}

  /** How a row moves. */
  enum Moves {
    /** By Java, the tokens that it has: what is untouched stays uncommitted. */
    TOKENS,
    /** By a session, whole, for memory that Java cannot reach: there it takes microseconds. */
    WHOLE_ROWS
  }

  /** A cache in the memory of the host. */
  public KvCache(TextConfig config, int rows, int maxTokens, int threads) {
    this(config, rows, maxTokens, Device.CPU, threads);
  }

  /**
   * A cache on {@code device}.
   *
   * @throws QwenVlException OUT_OF_MEMORY if it does not fit there, DEVICE_FAILURE if the device
   *     cannot be used
   */
  public KvCache(TextConfig config, int rows, int maxTokens, Device device, int threads) {
    this(config, rows, maxTokens, new Placement(device), threads);
  }

  private KvCache(TextConfig config, int rows, int maxTokens, Placement placement, int threads) {
    this(
        config,
        rows,
        maxTokens,
        placement,
        placement.floats(),
        placement.isHost() ? Moves.TOKENS : Moves.WHOLE_ROWS,
        threads);
  }

  KvCache(
      TextConfig config,
      int rows,
      int maxTokens,
      Placement placement,
      FloatType floats,
      Moves moves,
      int threads) {
    this.environment = OrtRuntime.environment();
    this.config = config;
    this.rows = rows;
    this.maxTokens = maxTokens;
    this.floats = floats;
    this.moves = moves;
    this.rowCopy =
        new LoadedGraph(
            RowCopyGraph.build(config, floats), placement, threads, LoadedGraph.Arena.NONE);
    try {
      this.memory = rowCopy.memory();
    } catch (RuntimeException e) {
      rowCopy.close();
      throw e;
    }
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        keys.add(memory.allocate(rows * rowBytes()));
        values.add(memory.allocate(rows * rowBytes()));
      }
      if (!placement.isHost()) {
        // Fresh memory of a GPU may hold NaN, and its kernels may multiply what they then mask.
        fill(0);
      }
    } catch (QwenVlException e) {
      close();
      throw new QwenVlException(
          e.type(),
          "Cannot hold a KV cache of %d rows x %d tokens, %,d bytes, on %s: %s; lower maxBatch or maxContextTokens"
              .formatted(rows, maxTokens, bytes(), placement.device().label(), e.getMessage()),
          e);
    }
  }

  /** Bytes of a row in one tensor. */
  private long rowBytes() {
    return headBytes(maxTokens) * config.kvHeads();
  }

  private long headBytes(int tokens) {
    return (long) tokens * config.headDim() * floats.bytes();
  }

  public int rows() {
    return rows;
  }

  public int maxTokens() {
    return maxTokens;
  }

  /** Bytes of all rows together; on the host, only what was written is resident. */
  public long bytes() {
    return 2L * config.layers() * rows * rowBytes();
  }

  /** Copies the first {@code tokens} positions of row {@code from} over those of row {@code to}. */
  public void copyRow(int from, int to, int tokens) {
    if (moves == Moves.WHOLE_ROWS) {
      copy(views(new Range(from, 1)).past(), to);
      return;
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      copyTokens(keys.get(layer), from, to, tokens);
      copyTokens(values.get(layer), from, to, tokens);
    }
  }

  private void copyTokens(Pointer block, int from, int to, int tokens) {
    for (int head = 0; head < config.kvHeads(); head++) {
      long start = head * headBytes(maxTokens);
      ByteBuffer source = block.getByteBuffer(from * rowBytes() + start, headBytes(tokens));
      block.getByteBuffer(to * rowBytes() + start, headBytes(tokens)).put(source);
    }
  }

  /** Writes {@code past}, tensors of one row, over row {@code to}. */
  void copy(Map<String, OnnxTensor> past, int to) {
    // The bare map type of run's last argument is invariant in its value type.
    Map<String, OnnxTensor> present = new HashMap<>(views(new Range(to, 1)).present());
    try {
      rowCopy.run(past, Set.of(), present).close();
    } catch (OrtException e) {
      throw OrtRuntime.failure("move a row of the KV cache", e);
    }
  }

  /**
   * Fills everything with {@code value}: tests fill with NaN to show that no stale value is read.
   */
  public void fill(float value) {
    ByteBuffer row =
        ByteBuffer.allocateDirect(Math.toIntExact(rowBytes())).order(ByteOrder.nativeOrder());
    while (row.hasRemaining()) {
      put(row, value);
    }
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(environment, row.flip(), shape(1), Tensors.javaType(floats))) {
      Map<String, OnnxTensor> past = new HashMap<>();
      for (int layer = 0; layer < config.layers(); layer++) {
        past.put(CacheNames.pastKey(layer), tensor);
        past.put(CacheNames.pastValue(layer), tensor);
      }
      for (int to = 0; to < rows; to++) {
        copy(past, to);
      }
    } catch (OrtException e) {
      throw OrtRuntime.failure("fill the KV cache", e);
    }
  }

  private void put(ByteBuffer row, float value) {
    switch (floats) {
      case FLOAT32 -> row.putFloat(value);
      case FLOAT16 -> row.putShort(Fp16Conversions.floatToFp16(value));
      case BFLOAT16 -> row.putShort(Fp16Conversions.floatToBf16(value));
    }
  }

  private long[] shape(int count) {
    return new long[] {count, config.kvHeads(), maxTokens, config.headDim()};
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

  private OnnxTensor view(Pointer block, Range range) {
    return memory.tensor(
        block,
        range.first() * rowBytes(),
        range.count() * rowBytes(),
        shape(range.count()),
        floats);
  }

  @Override
  public void close() {
    views.values().forEach(view -> view.past().values().forEach(OnnxTensor::close));
    views.clear();
    keys.clear();
    values.clear();
    memory.close();
    rowCopy.close();
  }
}
