package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every sample of the demo, from file to parsed answer, beside all others in one batch: pictures,
 * PDF pages and clips give the token ids and the text of the reference.
 */
class DemoGoldenTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, CompletableFuture<RowOutcome>> ANSWERS = new HashMap<>();
  private static QwenVl engine;

  static List<JsonNode> goldens() throws IOException {
    List<JsonNode> goldens = new ArrayList<>();
    for (String line : Files.readAllLines(DEMO.folder().resolve("samples/golden_outputs.jsonl"))) {
      goldens.add(JSON.readTree(line));
    }
    return goldens;
  }

  static Stream<Arguments> samples() throws IOException {
    return goldens().stream().map(golden -> Arguments.of(key(golden), golden));
  }

  private static String key(JsonNode golden) {
    return "%s#%d %s"
        .formatted(
            golden.path("file").asText(),
            golden.path("page").asInt(),
            golden.path("task").asText());
  }

  @BeforeAll
  static void askEverythingAtOnce() throws IOException {
    engine = QwenVl.open(DEMO.model(), new EngineOptions(2, 8, 1024, 512));
    Map<String, Task> tasks = new HashMap<>();
    Tasks known = Tasks.load(Optional.empty());
    known.names().forEach(name -> tasks.put(name, known.get(name, engine.model().name())));
    Fetcher fetcher = new Fetcher(new Configuration(), MediaLimits.DEFAULT, new FetchSettings(1));
    try (MediaReader media = new MediaReader(fetcher, DefaultSettings.get(), engine::frameFit)) {
      RowInference inference =
          new RowInference(
              engine,
              media,
              tasks,
              PromptOptions.DEFAULT,
              Duration.ZERO,
              new PixelBudget(1L << 30));
      for (JsonNode golden : goldens()) {
        ANSWERS.put(key(golden), inference.submit(row(golden, fetcher)));
      }
    }
  }

  private static PlannedRow row(JsonNode golden, Fetcher fetcher) {
    String file = golden.path("file").asText();
    String uri = DEMO.folder().resolve("samples/inputs/" + file).toUri().toString();
    Fetcher.Found found = fetcher.find(uri);
    String kind =
        file.endsWith(".pdf")
            ? "page"
            : file.endsWith(".mp4") || file.endsWith(".webm") ? "clip" : "image";
    return new PlannedRow(
        key(golden),
        file,
        uri,
        found.length(),
        found.fingerprint(),
        new Part(kind, golden.path("page").asInt()),
        golden.path("task").asText(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void idsTextAndScoreEqualTheReference(String key, JsonNode golden) {
    RowOutcome outcome = ANSWERS.get(key).join();

    assertThat(outcome).isInstanceOf(Answered.class);
    Answered answered = (Answered) outcome;
    List<Integer> ids = new ArrayList<>();
    golden.path("ids").forEach(id -> ids.add(id.asInt()));
    assertThat(answered.prompt()).isEqualTo(golden.path("prompt").asText());
    assertThat(answered.completion().usage().promptTokens())
        .isEqualTo(golden.path("prompt_tokens").asInt());
    assertThat(answered.completion().tokenIds()).isEqualTo(ids);
    assertThat(answered.completion().text()).isEqualTo(golden.path("text").asText());

    String truth =
        DEMO.truths()
            .get(
                new Demo.Sample(
                    golden.path("file").asText(),
                    golden.path("page").asInt(),
                    golden.path("task").asText()));
    assertThat(answered.completion().text().equals(truth))
        .isEqualTo(golden.path("right").asBoolean());
  }
}
