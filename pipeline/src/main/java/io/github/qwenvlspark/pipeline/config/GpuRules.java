package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * What Spark must be told where the model runs on GPUs: one executor for each GPU, and all of its
 * tasks on it. Looked at on the driver, before a wrong combination costs a cluster. Reads a
 * configuration, changes nothing.
 */
public final class GpuRules {
  /** Spark's name of the resource. */
  public static final String GPU = "gpu";

  private static final String EXECUTOR = "spark.executor.resource.gpu.";
  private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
  private static final String CORES = "spark.executor.cores";
  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String PLUGINS = "spark.plugins";
  private static final String RAPIDS = "com.nvidia.spark.SQLPlugin";
  private static final String POOL = "spark.rapids.memory.gpu.";

  /** A larger share of a card would leave the smallest model too little. */
  private static final double MOST_FOR_RAPIDS = 0.5;

  private final SparkConf conf;
  private final Device device;
  private final List<String> problems = new ArrayList<>();

  private GpuRules(Device device, SparkConf conf) {
    this.device = device;
    this.conf = conf;
  }

  /**
   * Everything that is wrong, each with what to set; empty where all is well.
   *
   * @param device of the settings
   * @param conf of the application
   */
  public static List<String> problems(Device device, SparkConf conf) {
    GpuRules rules = new GpuRules(device, conf);
    if (device instanceof Device.Cuda) {
      if (!isLocal(conf)) {
        rules.note(rules::executor);
        rules.note(rules::tasks);
      }
      if (hasRapids(conf)) {
        rules.note(rules::rapids);
      }
    }
    return List.copyOf(rules.problems);
  }

  private void note(Runnable rule) {
    try {
      rule.run();
    } catch (NumberFormatException e) {
      problems.add(e.getMessage() + "; a number is needed"); // Spark names key and value
    }
  }

  /**
   * Refuses a wrong combination.
   *
   * @throws BadRequestException naming everything that is wrong
   */
  public static void require(Device device, SparkConf conf) {
    List<String> problems = problems(device, conf);
    if (!problems.isEmpty()) {
      throw new BadRequestException(
          "The model cannot be placed on the GPUs of this cluster; nothing was started:%n  %s"
              .formatted(String.join(System.lineSeparator() + "  ", problems)));
    }
  }

  /**
   * The same before the session exists. A device that cannot be read is for whoever reads the
   * settings to refuse.
   */
  public static void require(SparkConf conf) {
    String name = conf.get(RunSettings.DEVICE.key(), RunSettings.DEVICE.defaultText());
    if (name.matches("cuda(:\\d{1,4})?")) {
      require(RunSettings.DEVICE.parse(name), conf);
    }
  }

  /** Whether all work is done by the driver's process. */
  public static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "local").matches("local|local\\[.*");
  }

  /** Whether RAPIDS is on. */
  public static boolean hasRapids(SparkConf conf) {
    return Arrays.asList(conf.get(PLUGINS, "").split("\\s*,\\s*", -1)).contains(RAPIDS);
  }

  private void executor() {
    String amount = conf.get(EXECUTOR + "amount", "0");
    if (!amount.equals("1")) {
      problems.add(
          "%samount = %s: one executor has one GPU and one engine; set 1, and more executors"
              .formatted(EXECUTOR, amount));
    }
    if (!device.equals(new Device.Cuda(0))) {
      problems.add(
          "%s = %s: Spark says which GPU an executor has; set cuda"
              .formatted(RunSettings.DEVICE.key(), device.label()));
    }
    if (conf.get("spark.master").startsWith("k8s:") && !conf.contains(EXECUTOR + "vendor")) {
      problems.add(
          EXECUTOR + "vendor is missing: Kubernetes knows GPUs by it alone; set nvidia.com");
    }
    if (!conf.get("spark.master").startsWith("spark:")
        && !conf.contains(EXECUTOR + "discoveryScript")) {
      problems.add(
          EXECUTOR
              + "discoveryScript is missing: set it to the path of getGpusResources.sh on the"
              + " workers");
    }
  }

  private void tasks() {
    if (!conf.contains(CORES)) {
      problems.add(
          CORES + " is missing: say how many tasks feed the engine of an executor, such as 8");
      return;
    }
    int tasks = conf.getInt(CORES, 1) / Math.max(1, conf.getInt(TASK_CPUS, 1));
    double amount = conf.getDouble(TASK_AMOUNT, 0);
    int atATime = amount <= 0 ? 0 : (int) (1 / amount); // as Spark counts
    if (amount <= 0 || atATime < tasks) {
      problems.add(
          "%s = %s: %s; set %s, which is 1 / (%s / %s)"
              .formatted(
                  TASK_AMOUNT,
                  conf.get(TASK_AMOUNT, "(missing)"),
                  amount <= 0
                      ? "tasks would not be told their GPU"
                      : "%d of %d tasks would share the GPU, and cores stay idle"
                          .formatted(atATime, tasks),
                  share(tasks),
                  CORES,
                  TASK_CPUS));
    }
  }

  /** Rounded down, so that all tasks fit. */
  private static String share(int tasks) {
    double share = Math.floor(10_000.0 / Math.max(1, tasks)) / 10_000;
    return tasks <= 1 ? "1" : Double.toString(share);
  }

  private void rapids() {
    double most = conf.getDouble(POOL + "allocFraction", 1.0);
    double least = conf.getDouble(POOL + "minAllocFraction", 0.25);
    if (most > MOST_FOR_RAPIDS) {
      problems.add(
          "%sallocFraction = %s: RAPIDS would hold memory of the card that the model needs; set 0.15"
              .formatted(POOL, conf.get(POOL + "allocFraction", "(missing, so all of it)")));
    }
    if (least >= Math.min(most, MOST_FOR_RAPIDS)) {
      problems.add(
          "%sminAllocFraction = %s: RAPIDS ends an executor that gets less than this; set 0.01"
              .formatted(POOL, conf.get(POOL + "minAllocFraction", "(missing, so 0.25)")));
    }
    if (conf.getInt("spark.rapids.sql.concurrentGpuTasks", 1) > 1) {
      problems.add(
          "spark.rapids.sql.concurrentGpuTasks = %s: each needs memory beside the model's; set 1"
              .formatted(conf.get("spark.rapids.sql.concurrentGpuTasks")));
    }
  }
}
