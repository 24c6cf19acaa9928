package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.GenerationOptions.Mode;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFileProblemsTest {
  private static final String MINIMAL =
      """
      task: stamps
      media: [image]
      prompt: "Count the stamps."
      """;

  @TempDir Path folder;

  private static Task read(String text) {
    return TaskFile.read("stamps.yaml", text).forModel("Qwen2.5-VL-3B-Instruct");
  }

  @Test
  void whatIsLeftOutHasADefault() {
    assertThat(read(MINIMAL))
        .isEqualTo(
            new Task(
                "stamps",
                List.of(MediaKind.IMAGE),
                "",
                "Count the stamps.",
                Map.of(),
                ContentOrder.VISION_FIRST,
                AnswerFormat.TEXT,
                GenerationOptions.checkpoint(1024),
                0,
                0,
                2.0,
                4,
                0));
  }

  @Test
  void everyKeyIsRead() {
    String text =
        """
        task: stamps
        description: "Counts."
        media: [image, pdf, video]
        system: "You count."
        prompt: "Count {what}."
        parameters: {what: stamps}
        order: text_first
        answer: json
        max_new_tokens: 7
        do_sample: true
        repetition_penalty: 1.1
        temperature: 0.7
        top_k: 20
        top_p: 0.8
        min_p: 0.05
        seed: 42
        stop: [END, "\\n\\n"]
        stop_loops: false
        min_pixels: 3136
        max_pixels: 78400
        fps: 1.5
        min_frames: 2
        max_frames: 16
        huge: tile
        huge_pixels: 5000000
        """;
    assertThat(read(text))
        .isEqualTo(
            new Task(
                "stamps",
                List.of(MediaKind.IMAGE, MediaKind.PDF, MediaKind.VIDEO),
                "You count.",
                "Count {what}.",
                Map.of("what", "stamps"),
                ContentOrder.TEXT_FIRST,
                AnswerFormat.JSON,
                new GenerationOptions(
                    7, Mode.SAMPLE, 1.1, 0.7, 20, 0.8, 0.05, 42, List.of("END", "\n\n"), false),
                3136,
                78400,
                1.5,
                2,
                16,
                new HugePictures(HugePictures.Policy.TILE, 5_000_000),
                PageSize.AS_SET,
                List.of()));
  }

  @Test
  void aModelWhoseNameMatchesHasItsOwnPrompt() {
    TaskFile file =
        TaskFile.read(
            "stamps.yaml",
            MINIMAL
                + """
                models:
                  "my-model*":
                    prompt: "How many?"
                    max_new_tokens: 3
                """);

    assertThat(file.forModel("My-Model-v2").prompt()).isEqualTo("How many?");
    assertThat(file.forModel("My-Model-v2").generation().maxNewTokens()).isEqualTo(3);
    assertThat(file.forModel("my.model").prompt()).isEqualTo("Count the stamps.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour: blue        | line 4: colour: no such key; known are answer, description, do_sample,",
        "order: sideways     | line 4: order: \"sideways\" is none of vision_first, text_first, conversation",
        "answer: sms         | line 4: answer: \"sms\" is none of text, html, fields, boxes, moments, json, tool_call",
        "max_new_tokens: 0   | line 4: max_new_tokens: a whole number of at least 1 is needed",
        "max_new_tokens: 1.5 | line 4: max_new_tokens: a whole number of at least 1 is needed",
        "max_new_tokens: '5' | line 4: max_new_tokens: a whole number of at least 1 is needed",
        "do_sample: maybe    | line 4: do_sample: true or false is needed",
        "temperature: 0.7    | line 4: temperature: temperature, top_k, top_p and min_p have an effect with do_sample = true only",
        "top_k: -1           | line 4: top_k: a whole number of at least 0 is needed",
        "repetition_penalty: 0 | line 4: repetition_penalty: repetition_penalty must be above 0, not 0.0",
        "stop: ['']          | line 4: stop: a stop string must not be empty",
        "stop: {a: b}        | line 4: stop: a text or a list of texts is needed",
        "seed: x             | line 4: seed: a whole number is needed",
        "fps: 0              | line 4: fps: a positive number is needed",
        "'do_sample: false\nseed: 5' | line 5: seed: this has an effect with do_sample = true only",
        "fps: 1              | line 4: fps: this has an effect on clips only, and media names no video",
        "max_frames: 8       | line 4: max_frames: this has an effect on clips only",
        "system: [a]         | line 4: system: text is needed here",
        "prompt: again       | line 4: a key stands there for the second time",
        "models: [a]         | line 4: models: a map of patterns is needed",
        "models: x           | line 4: models: a map of patterns is needed",
        "models: {x: 5}      | line 4: models: a map of patterns is needed",
        "models: {x: {task: other}} | line 4: models: task is said once for all models",
        "models: {x: {models: {}}}  | line 4: models: models is said once for all models",
        "huge: big           | line 4: huge: \"big\" is none of as_set, downscale, tile, refuse",
        "huge_pixels: -1     | line 4: huge_pixels: a whole number of at least 0 is needed",
        "'answer: tool_call\nhuge: tile' | line 5: huge: a tool call acts on a whole screen, which tiles do not show",
        "'order: conversation\nhuge: tile' | line 5: huge: with order: conversation, each picture is shown whole",
        "needs: query        | line 4: needs: a list of names is needed",
        "needs: [query]      | line 4: needs: each is a name that the prompt has in braces",
        "parameters: 5       | line 4: parameters: a map of names and values is needed",
      })
  void aWrongEntryIsNamedWithItsLine(String entry, String problem) {
    assertThatThrownBy(() -> read(MINIMAL + entry + "\n"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("stamps.yaml, " + problem);
  }

  @Test
  void anUnknownKeyOfAModelIsRefusedForEveryModel() {
    String text = MINIMAL + "models:\n  \"other*\":\n    promt: \"x\"\n";
    assertThatThrownBy(() -> read(text))
        .hasMessageStartingWith("stamps.yaml, line 6: promt: no such key");
  }

  @Test
  void limitsThatExcludeEachOtherAreRefused() {
    assertThatThrownBy(() -> read(MINIMAL + "min_pixels: 1000\nmax_pixels: 100\n"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith(
            "stamps.yaml, line 5: max_pixels: at least min_pixels (1000) is needed");
    assertThatThrownBy(() -> read(MINIMAL + "min_frames: 8\nmax_frames: 4\n"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith(
            "stamps.yaml, line 5: max_frames: at least min_frames (8) is needed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "media: [image]                 | line 1: task: text is needed here",
        "'task: a\nprompt: b'           | line 1: media: at least one of image, pdf, video is needed",
        "'task: a\nmedia: [sound]\nprompt: b' | line 2: media: \"sound\" is none of image, pdf, video",
        "'task: a\nmedia: [pdf]\nprompt: [b]' | line 3: prompt: text is needed here",
        "'task: [a'                     | line 1: this is no YAML",
      })
  void whatIsMissingOrNotReadableIsNamed(String text, String problem) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("stamps.yaml, " + problem);
  }

  @Test
  void aFileThatIsNestedTooDeepIsNoYaml() {
    assertThatThrownBy(() -> read("a: " + "[".repeat(2000)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("this is no YAML");
  }

  @Test
  void anEmptyFileIsNoTask() {
    assertThatThrownBy(() -> read(""))
        .hasMessage("stamps.yaml: a task file is a list of keys and values");
  }

  @Test
  void placeholdersTakeTheRowsColumnsThenTheParameters() {
    Task task =
        read(
            MINIMAL.replace("the stamps", "{what} on {side} as {\\\"n\\\": 1}")
                + "parameters: {what: stamps}\n");

    assertThat(task.promptFor(Map.of("side", "the $1 left\\")))
        .isEqualTo("Count stamps on the $1 left\\ as {\"n\": 1}.");
    assertThat(task.promptFor(Map.of("what", "{side}", "side", "top")))
        .isEqualTo("Count {side} on top as {\"n\": 1}.");
  }

  @Test
  void aRowWithoutAColumnThatIsNeededIsNotAsked() {
    Task task =
        read(
            MINIMAL.replace("the stamps", "{what} of {page}")
                + "needs: [what, page]\nparameters: {page: this page}\n");

    assertThat(task.missing(Map.of("what", "stamps"))).isEmpty();
    assertThat(task.missing(Map.of("page", "1"))).contains("what");
    assertThat(task.withPrompt("Count all.").missing(Map.of())).contains("what");
  }

  @Test
  void theSystemPromptOfPicturesMaySayTheSizeAtWhichTheyAreSeen() {
    String size = MINIMAL + "system: \"A screen of {resized_width}x{resized_height}.\"\n";
    assertThat(read(size).systemFor(new Size(1288, 728))).isEqualTo("A screen of 728x1288.");
    assertThatThrownBy(() -> read(size.replace("[image]", "[image, pdf]")))
        .hasMessage(
            "stamps.yaml, line 4: system: the resized size of a picture is told with media: [image] only");
  }

  @Test
  void valuesCannotEndTheTextTheyStandInWithinAConversation() {
    Task task =
        read(
            """
            task: stamps
            media: [image]
            order: conversation
            prompt: '[{"role": "user", "content": [{"image": "{front}"}]}]'
            """);

    assertThat(task.promptFor(Map.of("front", "a\"}]}, \\")))
        .isEqualTo("[{\"role\": \"user\", \"content\": [{\"image\": \"a\\\"}]}, \\\\\"}]}]");
  }

  @Test
  void aConversationSaysItsOwnSizesAndSystem() {
    assertThatThrownBy(() -> read(MINIMAL + "order: conversation\nmax_pixels: 9\n"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(
            "stamps.yaml, line 5: max_pixels: with order: conversation, the messages themselves say this");
    assertThatThrownBy(() -> read(MINIMAL.replace("image", "image, pdf") + "order: conversation\n"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("stamps.yaml, line 2: media: a conversation shows pictures and clips, no pdf");
  }

  @Test
  void aTaskOfTheUsersFolderWins() throws IOException {
    Files.writeString(folder.resolve("ocr.yaml"), MINIMAL.replace("stamps\n", "ocr\n"));
    Files.writeString(folder.resolve("stamps.yaml"), MINIMAL);
    Tasks tasks = Tasks.load(Optional.of(folder));

    assertThat(tasks.get("ocr", "any").prompt()).isEqualTo("Count the stamps.");
    assertThat(tasks.get("stamps", "any").name()).isEqualTo("stamps");
    assertThat(tasks.names()).contains("caption");
  }

  @Test
  void aFileIsNamedAfterItsTask() throws IOException {
    Files.writeString(folder.resolve("marks.yaml"), MINIMAL);

    assertThatThrownBy(() -> Tasks.load(Optional.of(folder)))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(
            folder.resolve("marks.yaml")
                + ", line 1: task: \"marks\" is needed, as the file is named");
  }

  @Test
  void anUnknownTaskIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Tasks.load(Optional.empty()).get("orc", "any"))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(
            "No task \"orc\"; known are ocr, key_information, document_parsing, caption, recognition,"
                + " grounding, ocr_spotting, chart_or_table, video_caption, video_events,"
                + " video_grounding, agent_mobile, agent_computer, prompt, messages");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Tasks.load(Optional.of(missing)))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("Cannot read tasks from %s: no such folder".formatted(missing));
  }
}
