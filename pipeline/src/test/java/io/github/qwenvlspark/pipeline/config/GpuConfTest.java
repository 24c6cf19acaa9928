package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.qwenvlspark.runtime.Device;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code conf/gpu-rapids.conf} is what spark-submit and our own settings take. */
class GpuConfTest {
  private static final Path CONF = Path.of("../conf/gpu-rapids.conf");
  private static final String POOL = "spark.rapids.memory.gpu.";

  private final Map<String, String> values = new TreeMap<>();

  /** As spark-submit reads it. */
  @BeforeEach
  void read() throws IOException {
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(CONF)) {
      properties.load(file);
    }
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
  }

  @Test
  void everyLineIsACommentOrASettingOfSpark() throws IOException {
    List<String> settings =
        Files.readAllLines(CONF).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();

    assertThat(settings).hasSameSizeAs(values.keySet());
    assertThat(values).allSatisfy((key, value) -> assertThat(key).startsWith("spark."));
    assertThat(values.values()).noneMatch(value -> value.isBlank() || value.contains(" "));
  }

  @Test
  void ourOwnSettingsExistAndPutTheModelOnTheGpu() {
    RunSettings settings = RunSettings.from(new Settings(values), 8);

    assertThat(settings.engine().device()).isInstanceOf(Device.Cuda.class);
    assertThatCode(() -> new Settings(values).requireSound(RunSettings.ALL))
        .doesNotThrowAnyException();
  }

  @Test
  void allTasksOfAnExecutorShareItsOneGpu() {
    assertThat(number("spark.executor.resource.gpu.amount")).isEqualTo(1);
    assertThat(number("spark.task.resource.gpu.amount") * number("spark.executor.cores"))
        .isEqualTo(1);
  }

  @Test
  void thePoolOfRapidsIsWhatRapidsAccepts() {
    // It ends an executor whose pool is smaller than minAllocFraction of the card.
    assertThat(number(POOL + "minAllocFraction")).isPositive();
    assertThat(number(POOL + "allocFraction"))
        .isBetween(2 * number(POOL + "minAllocFraction"), 0.3);
  }

  private double number(String key) {
    return Double.parseDouble(values.get(key));
  }
}
