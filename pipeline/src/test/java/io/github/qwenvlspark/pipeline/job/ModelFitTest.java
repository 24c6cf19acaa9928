package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.memory.MemoryItem;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFitTest {
  private static final String PRECISION = "spark.qwenvl.engine.precision";
  private static final long GIB = 1L << 30;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
    "4g, INT8", // an overhead of 410 MiB
    "60g, FP32" // 6 GiB
  })
  void autoFollowsTheOverheadThatSparkComputesFromTheHeap(String heap, Precision chosen) {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://m:7077");
    conf.set("spark.executor.memory", heap);
    assertThat(fit(conf, Map.of(PRECISION, "auto")).engine().precision()).isEqualTo(chosen);
  }

  @Test
  void autoFollowsTheOverheadThatIsGivenAndSaysSo() {
    SparkConf conf = new SparkConf(false).set("spark.master", "yarn");
    conf.set("spark.executor.memoryOverhead", "3g");
    RunSettings fitted = fit(conf, Map.of(PRECISION, "auto"));

    assertThat(fitted.engine().precision()).isEqualTo(Precision.INT8);
    assertThat(fitted.eitherPrecision()).isFalse();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "Precision int8: fp32 needs 5.0 GiB outside the Java heap, there are 3.0 GiB"
                + " (spark.executor.memoryOverhead of an executor)"
                + System.lineSeparator());
  }

  @Test
  void theLimitOfTheSettingsComesFirst() {
    SparkConf conf = new SparkConf(false).set("spark.master", "k8s://m");
    Map<String, String> settings =
        Map.of(PRECISION, "auto", "spark.qwenvl.engine.memoryLimit", "5g");
    assertThat(fit(conf, settings).engine().precision()).isEqualTo(Precision.FP32);
  }

  @Test
  void aContainerThatIsTooSmallIsRefusedOnTheDriver() {
    SparkConf conf = new SparkConf(false).set("spark.master", "k8s://m");
    assertThatThrownBy(() -> fit(conf, Map.of()))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("5.0 GiB")
        .hasMessageContaining("384 MiB is there (spark.executor.memoryOverhead of an executor)");
  }

  @Test
  void aStandaloneWorkerLooksItself() {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://m:7077");
    assertThat(fit(conf, Map.of()).engine().precision()).isEqualTo(Precision.FP32);
  }

  private RunSettings fit(SparkConf conf, Map<String, String> settings) {
    Progress progress =
        new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), Progress.Style.LOG);
    return new ModelFit(
            (model, options) ->
                new MemoryNeed(
                    options.precision(),
                    Map.of(
                        MemoryItem.DECODER,
                        options.precision() == Precision.FP32 ? 5 * GIB : GIB / 4)),
            conf,
            progress)
        .apply("model", RunSettings.from(new Settings(settings), 1));
  }
}
