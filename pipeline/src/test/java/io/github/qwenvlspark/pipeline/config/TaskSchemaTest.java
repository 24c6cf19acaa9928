package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/task.schema.json, which editors take, says what the code does. */
class TaskSchemaTest {
  private static final Path FILE = Path.of("../docs/task.schema.json");

  static Stream<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/tasks"))) {
      return files.sorted().toList().stream();
    }
  }

  private static List<?> problems(String yaml) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(FILE));
    return schema.validate(new YAMLMapper().readTree(yaml).toString(), InputFormat.JSON);
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void aTaskThatWeShipIsValid(Path task) throws IOException {
    assertThat(problems(Files.readString(task))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{task: a, media: [image], prompt: b, max_tokens: 3}",
        "{task: a, media: [sound], prompt: b}",
        "{task: a, media: [image]}",
        "{task: a, media: [image], prompt: b, answer: xml}",
        "{task: a, media: [image], prompt: b, models: {x: {task: c}}}"
      })
  void whatTheCodeRefusesIsNoValidFile(String yaml) throws IOException {
    assertThat(problems(yaml)).isNotEmpty();
  }

  @Test
  void itHasTheKeysAndWordsThatTheCodeKnows() throws IOException {
    JsonNode properties = new ObjectMapper().readTree(Files.readString(FILE)).path("properties");

    assertThat(properties.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(TaskFile.KEYS);
    assertThat(words(properties.at("/media/items/enum")))
        .containsExactlyInAnyOrderElementsOf(names(MediaKind.values()));
    assertThat(words(properties.at("/order/enum")))
        .containsExactlyInAnyOrderElementsOf(names(ContentOrder.values()));
    assertThat(words(properties.at("/answer/enum")))
        .containsExactlyInAnyOrderElementsOf(names(AnswerFormat.values()));
    assertThat(words(properties.at("/huge/enum")))
        .containsExactlyInAnyOrderElementsOf(names(HugePictures.Policy.values()));
  }

  private static List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>();
    array.forEach(word -> words.add(word.asText()));
    return words;
  }

  private static List<String> names(Enum<?>... constants) {
    return Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
  }
}
