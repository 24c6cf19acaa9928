package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.preprocess.Size;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published models are asked word for word as in the cookbooks of Qwen2.5-VL. */
class CookbookPromptsGoldenTest {
  private static final Tasks TASKS = Tasks.load(Optional.empty());
  private static final Map<String, String> COLUMNS =
      Map.of("query", "seasoning the steak", "history", "Step 1: {\"name\": \"mobile_use\"}; ");

  private static Task task(String name) {
    return TASKS.get(name, "Qwen2.5-VL-7B-Instruct");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ocr|Read all the text in the image.",
        "ocr_spotting|Spotting all the text in the image with line-level, and output in JSON format.",
        "key_information|Extract the key-value information in the format:{\"company\": \"\", \"date\": \"\", \"address\": \"\", \"total\": \"\"}",
        "document_parsing|`QwenVL HTML `",
        "recognition|What kind of bird is this? Please give its name in Chinese and English.",
        "grounding|Please first output bbox coordinates and names of every item in this image in JSON format, and then answer how many items are there in the image.",
        "video_caption|Could you go into detail about the content of this long video?",
        "video_events|Localize a series of activity events in the video, output the start and end timestamp for each event, and describe each event with sentences. Provide the result in json format with 'mm:ss.ff' format for time depiction.",
        "video_grounding|Give the query: 'seasoning the steak', when does the described content occur in the video?",
        "agent_mobile|`The user query:  seasoning the steak\nTask progress (You have done the following operation on the current device): Step 1: {\"name\": \"mobile_use\"}; `",
        "agent_computer|seasoning the steak"
      })
  void aTaskAsksTheCookbooksPrompt(String name, String prompt) {
    assertThat(task(name).promptFor(COLUMNS)).isEqualTo(prompt);
  }

  @Test
  void systemPromptsAreThoseOfTheCookbooks() {
    assertThat(task("agent_mobile").systemFor(new Size(2408, 1092)))
        .isEqualTo(golden("mobile_use.txt"));
    assertThat(task("agent_computer").systemFor(new Size(700, 1260)))
        .isEqualTo(golden("computer_use.txt"));
    assertThat(task("grounding").system()).isEqualTo("You are a helpful assistant");
    assertThat(task("recognition").system()).isEmpty();
  }

  private static String golden(String name) {
    try (InputStream in =
        CookbookPromptsGoldenTest.class.getResourceAsStream("/fixtures/prompts/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
