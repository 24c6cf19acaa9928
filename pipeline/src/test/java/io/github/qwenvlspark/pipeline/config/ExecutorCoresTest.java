package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorCoresTest {
  private static SparkConf on(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @Test
  void oneProcessHasThoseOfItsMachine() {
    SparkConf conf = on("local[2]").set("spark.executor.cores", "77");
    assertThat(ExecutorCores.of(conf)).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void executorsHaveWhatIsSaidAndElseOne() {
    assertThat(ExecutorCores.of(on("yarn").set("spark.executor.cores", "8"))).isEqualTo(8);
    assertThat(ExecutorCores.of(on("yarn"))).isEqualTo(1);
  }

  @Test
  void whatIsNoNumberIsRefusedWithItsKey() {
    for (String cores : new String[] {"many", "0", "-2", ""}) {
      assertThatThrownBy(() -> ExecutorCores.of(on("yarn").set("spark.executor.cores", cores)))
          .isInstanceOf(BadRequestException.class)
          .hasMessage("spark.executor.cores = %s: a number is needed", cores);
    }
  }

  @Test
  void onAStandaloneClusterNobodyKnowsUnlessItIsSaid() {
    SparkConf standalone = on("spark://host:7077");
    assertThat(ExecutorCores.areUnknown(standalone)).isTrue();
    assertThat(ExecutorCores.areUnknown(standalone.set("spark.executor.cores", "4"))).isFalse();
    assertThat(ExecutorCores.areUnknown(on("yarn"))).isFalse();
    assertThat(ExecutorCores.areUnknown(on("local"))).isFalse();
  }
}
