package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import io.github.qwenvlspark.runtime.graph.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A graph with its weights in ONNX Runtime, ready to run. Owns the session and the weights that it
 * was handed. Confined to the engine's worker thread.
 */
final class LoadedGraph implements AutoCloseable {
  private final Placement placement;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, OnnxTensorLike> handed = new HashMap<>();
  private boolean closed;

  /** How a session treats memory between runs. */
  enum Arena {
    /** Keep what was used: for the decoder, whose steps are alike. */
    KEEP,
    /**
     * Reuse it within a run and give it back after: for the vision tower, whose need changes with
     * every picture. Without an arena every layer would ask the system for fresh pages again.
     */
    SHRINK,
    /** None: for a graph whose own memory is nothing beside what is allocated through it. */
    NONE
  }

  LoadedGraph(OnnxModel model, Placement placement, int threads, Arena arena) {
    this.placement = placement;
    environment = OrtRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      // A decode step is some two hundred short products: threads that sleep between them cost a
      // sixth of an int8 step. They stop with the run, so the tasks that prepare pages lose
      // nothing.
      options.addConfigEntry("session.intra_op.allow_spinning", "1");
      options.addConfigEntry("session.force_spinning_stop", "1");
      // The graphs are built fused: BASIC only folds the casts of 16-bit weights.
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      if (hasWeights(model)) {
        options.addConfigEntry(
            "session.model_external_initializers_file_folder_path",
            model.weightFolder().toString());
      }
      // Without this, weights above 1 GiB (the heads of 3B and 7B) are cast again in every run.
      options.addConfigEntry("optimization.constant_folding_max_output_size_in_bytes", "0");
      if (arena == Arena.SHRINK) {
        // A pattern would be one more allocation of the whole need, for a shape that hardly recurs.
        options.setMemoryPatternOptimization(false);
      }
      if (arena == Arena.NONE) {
        options.setCPUArenaAllocator(false);
      }
      placement.applyTo(options);
      for (TensorLocation weight : model.elsewhere()) {
        handed.put(weight.name(), map(environment, weight));
      }
      if (!handed.isEmpty()) {
        options.addExternalInitializers(handed);
      }
      session = environment.createSession(model.proto(), options);
    } catch (OrtException e) {
      closeHanded();
      String what = hasWeights(model) ? "load the model from " + model.weightFolder() : "start";
      throw placement.failure(what, e);
    } catch (RuntimeException e) {
      closeHanded();
      throw e;
    }
  }

  private static boolean hasWeights(OnnxModel model) {
    return !model.weightFolder().toString().isEmpty();
  }

  /** Pages of the file, not a copy: the system takes them back when it needs the memory. */
  private static OnnxTensor map(OrtEnvironment ort, TensorLocation weight) throws OrtException {
    try (FileChannel file = FileChannel.open(weight.file(), StandardOpenOption.READ)) {
      ByteBuffer bytes =
          file.map(FileChannel.MapMode.READ_ONLY, weight.offset(), weight.length())
              .order(ByteOrder.nativeOrder());
      long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
      return OnnxTensor.createTensor(ort, bytes, shape, type(weight));
    } catch (IOException | IllegalArgumentException e) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot map weight %s of %,d bytes from %s"
              .formatted(weight.name(), weight.length(), weight.file()),
          e);
    }
  }

  private static OnnxJavaType type(TensorLocation weight) {
    return switch (weight.type()) {
      case F32 -> OnnxJavaType.FLOAT;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case F16 -> OnnxJavaType.FLOAT16;
      case U8 -> OnnxJavaType.UINT8;
    };
  }

  /** Memory where the graph computes. The caller closes it before the graph. */
  SessionMemory memory() {
    return memory(placement);
  }

  SessionMemory memory(Placement other) {
    return new SessionMemory(environment, session, other);
  }

  /** Runs; {@code pinned} outputs are written where they already lie. */
  OrtSession.Result run(
      Map<String, OnnxTensor> inputs, Set<String> requested, Map<String, OnnxTensor> pinned)
      throws OrtException {
    return session.run(inputs, requested, pinned);
  }

  OrtSession.Result run(Map<String, OnnxTensor> inputs) throws OrtException {
    return session.run(inputs);
  }

  /** The same; afterwards the arena gives back all but the outputs. */
  OrtSession.Result runAndShrink(Map<String, OnnxTensor> inputs) throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", placement.arena());
      return session.run(inputs, session.getOutputNames(), Map.of(), options);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        session.close();
      } catch (OrtException e) {
        throw OrtRuntime.failure("close a graph", e);
      } finally {
        closeHanded();
      }
    }
  }

  private void closeHanded() {
    handed.values().forEach(OnnxTensorLike::close);
    handed.clear();
  }
}
