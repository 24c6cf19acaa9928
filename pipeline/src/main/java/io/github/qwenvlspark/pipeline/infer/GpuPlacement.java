package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.GpuRules;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Which GPU the engine of an executor takes: the one that Spark gave to the executor. */
final class GpuPlacement {
  private GpuPlacement() {}

  /** The options as the Spark task of this thread says; unchanged outside of Spark tasks. */
  static EngineOptions here(EngineOptions options) {
    return Optional.ofNullable(TaskContext.get())
        .map(sparkTask -> place(options, sparkTask.resourcesJMap()))
        .orElse(options);
  }

  /**
   * The options with the device of the resources. Pure.
   *
   * @param resources of a Spark task, by name; without GPUs, as in {@code local[*]}, the options
   *     stay as they are
   * @throws BadRequestException if the resources name no single GPU by its number
   */
  static EngineOptions place(EngineOptions options, Map<String, ResourceInformation> resources) {
    boolean wanted = options.device() instanceof Device.Cuda;
    ResourceInformation gpus = resources.get(GpuRules.GPU);
    return wanted && gpus != null ? options.with(device(gpus)) : options;
  }

  private static Device device(ResourceInformation gpus) {
    List<String> addresses = List.of(gpus.addresses());
    if (addresses.size() != 1 || !addresses.get(0).matches("\\d{1,4}")) {
      throw new BadRequestException(
          "Cannot place the model on GPUs %s: one executor has one GPU, named by its number; look at spark.executor.resource.gpu.amount and at the discovery script (conf/getGpusResources.sh)"
              .formatted(addresses));
    }
    return new Device.Cuda(Integer.parseInt(addresses.get(0)));
  }
}
