package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.ReferencedMedia;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.chat.Conversation;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations of several pictures and turns, as rows in one batch, give the reference's tokens.
 */
class ConversationRowsGoldenTest {
  private static final Path FIXTURES =
      Path.of("../inference-runtime/src/test/resources/fixtures").toAbsolutePath().normalize();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("text_short", "multi_turn", "one_image", "two_images", "images_over_turns");

  @TempDir Path folder;

  @Test
  void rowsOfConversationsEqualTheReference() throws IOException {
    Files.writeString(
        folder.resolve("messages.yaml"),
        """
        task: messages
        media: [image]
        prompt: "{messages}"
        order: conversation
        max_new_tokens: 40
        do_sample: false
        """);
    Task task = Tasks.load(Optional.of(folder)).get("messages", "tiny-model-f32");
    Fetcher fetcher = new Fetcher(new Configuration(), MediaLimits.DEFAULT, new FetchSettings(1));
    Map<String, CompletableFuture<RowOutcome>> answers = new HashMap<>();
    try (QwenVl engine =
            QwenVl.open(FIXTURES.resolve("tiny-model-f32"), new EngineOptions(2, 4, 256, 64));
        MediaReader media = new MediaReader(fetcher, DefaultSettings.get(), engine::frameFit)) {
      RowInference inference =
          new RowInference(
              engine,
              media,
              Map.of("messages", task),
              PromptOptions.DEFAULT,
              Duration.ZERO,
              new PixelBudget(1L << 30));
      for (String name : NAMES) {
        JsonNode messages = named("tiny-model-inputs/cases.json", name).path("messages");
        answers.put(name, inference.submit(row(messages, fetcher)));
      }

      for (String name : NAMES) {
        assertThat(answers.get(name).join())
            .as(name)
            .isInstanceOfSatisfying(
                Answered.class,
                answered -> assertThat(answered.completion().tokenIds()).isEqualTo(golden(name)));
      }
    }
  }

  private static PlannedRow row(JsonNode messages, Fetcher fetcher) {
    String uri = FIXTURES.resolve("tiny-model-inputs/cases.json").toString();
    ReferencedMedia media = new ReferencedMedia(fetcher, uri);
    return new PlannedRow(
        "0123456789abcdef",
        "",
        uri,
        0,
        ReferencedMedia.fingerprint(
            Conversation.parse(messages.toString(), MediaLimits.DEFAULT).references(media::find)),
        new Part(Part.MESSAGES, 0),
        "messages",
        Map.of("messages", messages.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** With the repetition penalty of the checkpoint's own {@code generation_config.json}. */
  private static List<Integer> golden(String name) {
    JsonNode ids =
        named("tiny-model-f32/golden/golden.json", name)
            .path("rules")
            .path("float_max")
            .path("greedy_penalty_1.05");
    return JSON.convertValue(
        ids, JSON.getTypeFactory().constructCollectionType(List.class, Integer.class));
  }

  private static JsonNode named(String file, String name) {
    try {
      for (JsonNode golden : JSON.readTree(FIXTURES.resolve(file).toFile()).path("cases")) {
        if (golden.path("name").asText().equals(name)) {
          return golden;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalArgumentException(name);
  }
}
