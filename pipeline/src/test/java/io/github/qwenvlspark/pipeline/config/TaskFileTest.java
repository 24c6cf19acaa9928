package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFileTest {
  private static final String MINIMAL = "task: t\nmedia: [image]\nprompt: Read\n";

  @TempDir Path temp;

  @Test
  void theShippedTasksAskPublishedModelsAsTheCookbooksDo() {
    Tasks tasks = Tasks.load(Optional.empty());

    assertThat(tasks.get("document_parsing", "Qwen2.5-VL-7B-Instruct").prompt())
        .isEqualTo("QwenVL HTML ");
    assertThat(tasks.get("ocr", "Qwen2.5-VL-7B-Instruct").prompt())
        .isEqualTo("Read all the text in the image.");
    assertThat(tasks.names()).allSatisfy(name -> tasks.get(name, "any model"));
  }

  @Test
  void theShippedTasksAskTheDemoModelWithItsOwnPrompts() throws IOException {
    Tasks tasks = Tasks.load(Optional.empty());
    JsonNode prompts =
        new ObjectMapper().readTree(Path.of("demo/qwen2.5-vl-demo/prompts.json").toFile());

    for (Map.Entry<String, JsonNode> prompt : prompts.path("tasks").properties()) {
      Task task = tasks.get(prompt.getKey(), "qwen2.5-vl-demo");
      assertThat(task.promptFor(Map.of())).isEqualTo(prompt.getValue().path("prompt").asText());
      assertThat(task.generation().maxNewTokens())
          .isEqualTo(prompt.getValue().path("max_new_tokens").asInt());
    }
  }

  @Test
  void placeholdersTakeColumnsThenParametersAndBracesStay() {
    Task task =
        TaskFile.read(
                "t.yaml",
                MINIMAL.replace("Read", "\"{a} {b} {c} {\\\"d\\\": 1}\"")
                    + "parameters: {a: 1, b: 2}\n")
            .forModel("m");

    assertThat(task.promptFor(Map.of("a", "column $1"))).isEqualTo("column $1 2 {c} {\"d\": 1}");
  }

  @Test
  void aFileOfTheUserWins() throws IOException {
    Files.writeString(
        temp.resolve("ocr.yaml"), MINIMAL.replace("task: t", "task: ocr") + "answer: json\n");

    Task task = Tasks.load(Optional.of(temp)).get("ocr", "m");

    assertThat(task.prompt()).isEqualTo("Read");
    assertThat(task.answer()).isEqualTo(AnswerFormat.JSON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "answr: text|t.yaml, line 4: answr: no such key; known are answer",
        "answer: xml|t.yaml, line 4: answer: \"xml\" is none of text, html, fields",
        "max_new_tokens: many|t.yaml, line 4: max_new_tokens: a whole number of at least 1",
        "fps: -1|t.yaml, line 4: fps: a positive number",
        "'media: [image'|t.yaml, line"
      })
  void aMistakeIsNamedByFileAndLine(String line, String message) {
    assertThatThrownBy(() -> TaskFile.read("t.yaml", MINIMAL + line + "\n").forModel("m"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aResponseSchemaIsWrittenOutOrInAFileBesideTheTask() throws IOException {
    String schema = "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"null\"}}}";
    Files.writeString(temp.resolve("t.schema.json"), schema);
    Files.writeString(temp.resolve("t.yaml"), MINIMAL + "response_schema: t.schema.json\n");

    assertThat(Tasks.load(Optional.of(temp)).get("t", "m").generation().responseSchema())
        .isEqualTo(schema);
    assertThat(
            TaskFile.read("t.yaml", MINIMAL + "response_schema: " + schema + "\n")
                .forModel("m")
                .generation()
                .responseSchema())
        .isEqualTo(schema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "response_schema: {type: text}|t.yaml, line 4: response_schema: 1 problem in response_schema:",
        "response_schema: 3|t.yaml, line 4: response_schema: a JSON Schema, or the name of a file beside",
        "response_schema: other.json|t.yaml, line 4: response_schema: a JSON Schema, or the name of a file",
        "'response_schema: {type: boolean}\nstop: x'|t.yaml, line 4: response_schema: stop would cut the document"
      })
  void aResponseSchemaThatCannotBeHeldIsRefusedWithItsTask(String line, String message) {
    assertThatThrownBy(() -> TaskFile.read("t.yaml", MINIMAL + line + "\n").forModel("m"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSchemaFileThatIsMissingIsNamed() throws IOException {
    Files.writeString(temp.resolve("t.yaml"), MINIMAL + "response_schema: none.json\n");

    assertThatThrownBy(() -> Tasks.load(Optional.of(temp)).get("t", "m"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContainingAll("line 4: response_schema: cannot read", "none.json");
  }

  @Test
  void anUnknownTaskNamesTheKnownOnes() {
    assertThatThrownBy(() -> Tasks.load(Optional.empty()).get("orc", "m"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContainingAll("No task \"orc\"", "ocr");
  }
}
