package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.GpuRules;
import io.github.qwenvlspark.runtime.Device;
import java.util.List;
import org.apache.spark.SparkConf;

/** Whether every executor would get one GPU, and all of its tasks. */
record Placement(Device device, SparkConf conf) implements Check {
  private static final String NAME = "gpu placement";
  private static final String AMOUNT = "spark.executor.resource.gpu.amount";

  @Override
  public List<Finding> look() {
    List<String> problems = GpuRules.problems(device, conf);
    if (!problems.isEmpty()) {
      return problems.stream().map(problem -> Finding.bad(NAME, problem)).toList();
    }
    if (device instanceof Device.Cuda) {
      return List.of(
          Finding.good(
              NAME,
              GpuRules.isLocal(conf)
                  ? device.label() + " of this machine"
                  : "each executor takes the GPU that Spark gives it"));
    }
    boolean idle = !conf.get(AMOUNT, "0").equals("0") && !GpuRules.hasRapids(conf);
    return idle
        ? List.of(
            Finding.note(
                NAME,
                "executors reserve GPUs that nobody uses: set spark.qwenvl.device=cuda, or drop "
                    + AMOUNT))
        : List.of();
  }
}
