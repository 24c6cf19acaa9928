package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.Test;

/** {@code conf/log4j2-json.properties}, and what {@code conf/log4j2.properties} has of it. */
class JsonLogsTest {
  private static Configuration configuration() {
    return configuration("log4j2-json");
  }

  private static Configuration configuration(String name) {
    Configuration configuration =
        ConfigurationFactory.getInstance()
            .getConfiguration(
                new LoggerContext(name),
                name,
                Path.of("../conf/%s.properties".formatted(name)).toUri());
    configuration.initialize();
    return configuration;
  }

  private static String line(String message, Throwable thrown) {
    return line("log4j2-json", message, thrown, Map.of());
  }

  private static String line(
      String configuration, String message, Throwable thrown, Map<String, String> fields) {
    return (String)
        configuration(configuration)
            .getAppender("console")
            .getLayout()
            .toSerializable(
                Log4jLogEvent.newBuilder()
                    .setLevel(Level.WARN)
                    .setLoggerName("io.github.qwenvlspark.pipeline.job.Waves")
                    .setThreadName("qwenvl-wave")
                    .setMessage(new SimpleMessage(message))
                    .setThrown(thrown)
                    .setContextData(new SortedArrayStringMap(fields))
                    .build());
  }

  @Test
  void aLineIsAnObjectWhateverTheMessageHolds() throws IOException {
    String line = line("a \"quoted\" {name}\nand a second line\u0007 ü", null);

    assertThat(line).endsWith("}\n").doesNotContain("\n\"").hasLineCount(1);
    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("message").asText())
        .isEqualTo("a \"quoted\" {name}\nand a second line\u0007 ü");
    assertThat(object.path("log.level").asText()).isEqualTo("WARN");
    assertThat(object.path("@timestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
  }

  @Test
  void anErrorStaysOnOneLine() throws IOException {
    String line = line("It failed", new IllegalStateException("for a \"reason\""));

    assertThat(line).hasLineCount(1);
    assertThat(new ObjectMapper().readTree(line).path("error.stack_trace").asText().strip())
        .startsWith("java.lang.IllegalStateException: for a \"reason\"\n\tat ");
  }

  @Test
  void aLineNamesTheRunTheWaveAndTheSparkTask() throws IOException {
    for (String taskName : List.of("task_name", "mdc.taskName")) { // Spark 4, Spark 3.5
      JsonNode object =
          new ObjectMapper()
              .readTree(
                  line(
                      "log4j2-json",
                      "It failed",
                      null,
                      Map.of("mdc.qwenvl.run", "r", "mdc.qwenvl.wave", "2", taskName, "task 0.0")));

      assertThat(object.path("qwenvl.run").asText()).isEqualTo("r");
      assertThat(object.path("qwenvl.wave").asText()).isEqualTo("2");
      assertThat(object.path("spark.task").asText()).isEqualTo("task 0.0");
    }
  }

  @Test
  void aLineForPeopleNamesTheRunAndTheWaveWhereThereAre() {
    Map<String, String> run = Map.of("mdc.qwenvl.run", "r");
    Map<String, String> wave = Map.of("mdc.qwenvl.run", "r", "mdc.qwenvl.wave", "2");

    assertThat(line("log4j2", "It failed", null, Map.of())).endsWith(" WARN Waves: It failed\n");
    assertThat(line("log4j2", "It failed", null, run)).endsWith(" WARN Waves [run r]: It failed\n");
    assertThat(line("log4j2", "It failed", null, wave))
        .endsWith(" WARN Waves [run r, wave 2]: It failed\n");
  }

  @Test
  void whatQuotesDocumentsIsOff() {
    assertThat(configuration().getLoggerConfig("org.apache.pdfbox.pdmodel").getLevel())
        .isEqualTo(Level.OFF);
    assertThat(configuration().getLoggerConfig("org.apache.fontbox").getLevel())
        .isEqualTo(Level.OFF);
  }

  /** {@code LoggerConfig} has no equality. */
  private static Map<String, Level> levels(Configuration configuration) {
    Map<String, Level> levels = new TreeMap<>();
    configuration.getLoggers().forEach((name, logger) -> levels.put(name, logger.getLevel()));
    return levels;
  }

  @Test
  void theSameIsQuietAsInOtherLogs() {
    Map<String, Level> json = levels(configuration());
    assertThat(json.remove("io.github.qwenvlspark")).isEqualTo(Level.INFO);
    assertThat(json).isEqualTo(levels(configuration("log4j2")));
  }
}
