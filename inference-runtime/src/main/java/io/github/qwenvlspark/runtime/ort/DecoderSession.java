package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.graph.OnnxModel;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The text decoder, loaded: prefill and decode by one session. Confined to the engine's worker
 * thread.
 */
public final class DecoderSession implements AutoCloseable {
  private static final Set<String> TOKENS = Set.of("next", "logprob", "log_sum_exp");
  private static final Set<String> TOKENS_AND_LOGITS =
      Set.of("next", "logprob", "log_sum_exp", "logits");

  private final OrtEnvironment environment;
  private final LoadedGraph graph;
  private final int hiddenSize;

  public DecoderSession(OnnxModel model, TextConfig config, int threads) {
    this(model, config, Device.CPU, threads);
  }

  /** The decoder on {@code device}. */
  public DecoderSession(OnnxModel model, TextConfig config, Device device, int threads) {
    this.environment = OrtRuntime.environment();
    this.hiddenSize = config.hiddenSize();
    this.graph = new LoadedGraph(model, new Placement(device), threads, LoadedGraph.Arena.KEEP);
  }

  /** Runs the new tokens of {@code input} and writes their keys and values into the cache. */
  public DecoderOutput run(KvCache cache, DecoderInput input) {
    return run(cache, input, TOKENS);
  }

  /** The same, with the logits of the wanted positions. */
  public DecoderOutput runWithLogits(KvCache cache, DecoderInput input) {
    return run(cache, input, TOKENS_AND_LOGITS);
  }

  private DecoderOutput run(KvCache cache, DecoderInput input, Set<String> requested) {
    requireSound(cache, input);
    int rows = input.rows().count();
    KvCache.Views views = cache.views(input.rows());
    // The bare map type of run's last argument is invariant in its value type.
    Map<String, OnnxTensor> present = new HashMap<>(views.present());
    try (Tensors inputs =
            new Tensors(environment)
                .put("input_ids", input.inputIds(), rows, input.seq())
                .put("image_embeds", input.imageEmbeds(), input.imagePositions().length, hiddenSize)
                .put("image_pos", input.imagePositions(), input.imagePositions().length, 1)
                .put("pos", input.positions(), rows, input.seq(), 3)
                .put("seqlens_k", lastIndexes(input.lengths()), rows)
                .put("total_len", new int[] {longest(input.lengths())})
                .put("row_shape", new long[] {rows, input.seq(), -1}, 3)
                .put("last", input.wanted(), input.wanted().length)
                .borrow(views.past());
        OrtSession.Result result = graph.run(inputs.byName(), requested, present)) {
      return new DecoderOutput(
          longs(result, "next"),
          floats(result, "logprob"),
          floats(result, "log_sum_exp"),
          requested.contains("logits") ? floats(result, "logits") : new float[0]);
    } catch (OrtException e) {
      throw OrtRuntime.failure("run the decoder on %d x %d tokens".formatted(rows, input.seq()), e);
    }
  }

  /** What ONNX Runtime does not check and would answer with nonsense. */
  private static void requireSound(KvCache cache, DecoderInput input) {
    int rows = input.rows().count();
    if (input.seq() > 1 && rows > 1) {
      throw new IllegalArgumentException("Several tokens at once go row by row");
    }
    if (input.inputIds().length != rows * input.seq()
        || input.lengths().length != rows
        || input.wanted().length == 0) {
      throw new IllegalArgumentException("Decoder input of unlike lengths");
    }
    for (int length : input.lengths()) {
      if (length < input.seq() || length > cache.maxTokens()) {
        throw new IllegalArgumentException(
            "A row of %d tokens does not fit a cache of %d".formatted(length, cache.maxTokens()));
      }
    }
  }

  private static int[] lastIndexes(int[] lengths) {
    int[] indexes = new int[lengths.length];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = lengths[i] - 1;
    }
    return indexes;
  }

  private static int longest(int[] lengths) {
    int longest = 0;
    for (int length : lengths) {
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private static long[] longs(OrtSession.Result result, String name) {
    LongBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getLongBuffer();
    long[] values = new long[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static float[] floats(OrtSession.Result result, String name) {
    FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Override
  public void close() {
    graph.close();
  }
}
