package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorMemoryTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "spark.app.name=none, 384", // a tenth of 1 GiB is less than the least
    "spark.executor.memory=10g, 1024",
    "spark.executor.memoryOverheadFactor=0.5, 512",
    "spark.executor.minMemoryOverhead=1g, 1024",
    "spark.executor.memoryOverhead=64m, 64"
  })
  void theOverheadIsWhatSparkAsksFor(String setting, long mib) {
    String[] pair = setting.split("=", 2);
    SparkConf conf = new SparkConf(false).set(pair[0], pair[1]);
    assertThat(ExecutorMemory.of(conf).overhead()).isEqualTo(mib * MIB);
  }

  @Test
  void anAmountThatIsNoneIsRefusedWithItsKey() {
    SparkConf conf = new SparkConf(false).set("spark.executor.memory", "lots");
    assertThatThrownBy(() -> ExecutorMemory.of(conf))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("spark.executor.memory");
  }
}
