package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.infer.EngineFactory;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * How a run learns about its model on the driver, and how executors open it. Tests bring one
 * without weights.
 *
 * @param requireRoom refuses options by which the model could give no answer
 * @param requireDevice refuses a device that this process cannot use
 * @param memory what the model needs outside the heap
 * @param sizes at which the model sees pictures
 */
public record ModelAccess(
    BiFunction<String, EngineOptions, ModelInfo> inspect,
    BiConsumer<String, GenerationOptions> requireRoom,
    Consumer<Device> requireDevice,
    BiFunction<String, EngineOptions, MemoryNeed> memory,
    BiFunction<String, EngineOptions, VisualSizes> sizes,
    EngineFactory engines) {
  /** Checkpoint directories. */
  public static ModelAccess qwenVl() {
    return new ModelAccess(
        (folder, options) -> QwenVl.inspect(Path.of(folder), options),
        (folder, options) -> QwenVl.requireRoom(Path.of(folder), options),
        QwenVl::requireDevice,
        (folder, options) -> QwenVl.memoryNeed(Path.of(folder), options),
        (folder, options) -> QwenVl.visualSizes(Path.of(folder), options),
        EngineFactory.qwenVl());
  }

  /** The same model, opened otherwise. */
  public ModelAccess with(EngineFactory others) {
    return new ModelAccess(inspect, requireRoom, requireDevice, memory, sizes, others);
  }
}
