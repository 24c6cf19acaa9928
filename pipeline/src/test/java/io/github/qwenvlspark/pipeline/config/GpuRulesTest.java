package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.Device;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each wrong combination is told with the value that mends it. */
class GpuRulesTest {
  private static final Device CUDA = new Device.Cuda(0);

  @Test
  void oneGpuForEachExecutorAndAllItsTasksIsWell() {
    assertThat(GpuRules.problems(CUDA, good())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executor.resource.gpu.amount, 2, 'amount = 2: one executor has one GPU and one engine;"
        + " set 1'",
    "spark.executor.resource.gpu.amount, , 'amount = 0: one executor has one GPU and one engine;"
        + " set 1'",
    "spark.task.resource.gpu.amount, 0.5, '2 of 8 tasks would share the GPU, and cores stay idle;"
        + " set 0.125'",
    "spark.task.resource.gpu.amount, 1, '1 of 8 tasks would share the GPU, and cores stay idle; set"
        + " 0.125'",
    "spark.task.resource.gpu.amount, , 'tasks would not be told their GPU; set 0.125'",
    "spark.executor.cores, , 'spark.executor.cores is missing'",
    "spark.executor.cores, eight, 'spark.executor.cores: For input string: \"eight\"; a number is"
        + " needed'",
    "spark.task.resource.gpu.amount, half, 'spark.task.resource.gpu.amount: For input string:"
        + " \"half\"; a number is needed'",
    "spark.master, yarn, 'discoveryScript is missing: set it to the path of getGpusResources.sh'"
  })
  void aWrongCombinationIsToldWithWhatToSet(String key, String value, String problem) {
    SparkConf conf = good();
    if (value == null) {
      conf.remove(key);
    } else {
      conf.set(key, value);
    }
    assertThat(GpuRules.problems(CUDA, conf)).singleElement().asString().contains(problem);
  }

  @Test
  void oneNumberForAllExecutorsIsRefusedForSparkGivesThem() {
    assertThat(GpuRules.problems(new Device.Cuda(1), good()))
        .containsExactly(
            "spark.qwenvl.device = cuda:1: Spark says which GPU an executor has; set cuda");
  }

  @Test
  void kubernetesMustKnowWhoseGpusTheyAre() {
    SparkConf conf =
        good()
            .set("spark.master", "k8s://https://cluster:6443")
            .set("spark.executor.resource.gpu.discoveryScript", "/gpus.sh");
    assertThat(GpuRules.problems(CUDA, conf)).singleElement().asString().contains("nvidia.com");
    conf.set("spark.executor.resource.gpu.vendor", "nvidia.com");
    assertThat(GpuRules.problems(CUDA, conf)).isEmpty();
  }

  @Test
  void thirdsNeedNotBeExact() {
    SparkConf conf = good().set("spark.executor.cores", "3");
    assertThat(GpuRules.problems(CUDA, conf.set("spark.task.resource.gpu.amount", "0.3333")))
        .isEmpty();
    assertThat(GpuRules.problems(CUDA, conf.set("spark.task.resource.gpu.amount", "0.3334")))
        .singleElement()
        .asString()
        .contains("2 of 3 tasks would share the GPU", "set 0.3333");
  }

  @Test
  void rapidsMayNotTakeTheCardForItself() {
    SparkConf conf = good().set("spark.plugins", "com.nvidia.spark.SQLPlugin");
    assertThat(GpuRules.problems(CUDA, conf)).singleElement().asString().contains("set 0.15");
    conf.set("spark.rapids.memory.gpu.allocFraction", "0.15");
    assertThat(GpuRules.problems(CUDA, conf)).singleElement().asString().contains("set 0.01");
    conf.set("spark.rapids.memory.gpu.minAllocFraction", "0.01");
    assertThat(GpuRules.problems(CUDA, conf)).isEmpty();
  }

  @Test
  void aLaptopAndTheCpuAreFree() {
    SparkConf laptop = new SparkConf(false).set("spark.master", "local[*]");
    SparkConf cluster = new SparkConf(false).set("spark.master", "spark://m:7077");
    assertThat(GpuRules.problems(new Device.Cuda(1), laptop)).isEmpty();
    assertThat(GpuRules.problems(Device.CPU, cluster)).isEmpty();
    assertThatCode(() -> GpuRules.require(cluster)).doesNotThrowAnyException();
  }

  @Test
  void aSessionIsRefusedBeforeItStarts() {
    SparkConf conf = good().set("spark.qwenvl.device", "cuda");
    conf.set("spark.executor.resource.gpu.amount", "4");
    assertThatThrownBy(() -> GpuRules.require(conf))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("nothing was started")
        .hasMessageContaining("amount = 4");
  }

  private static SparkConf good() {
    return new SparkConf(false)
        .set("spark.master", "spark://m:7077")
        .set("spark.executor.cores", "8")
        .set("spark.executor.resource.gpu.amount", "1")
        .set("spark.task.resource.gpu.amount", "0.125");
  }
}
