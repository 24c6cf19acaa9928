package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that draws its tokens: hot enough that draws differ, and still repeatable. */
class SampledRowsTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final int ROWS = 12;

  @Test
  void aRequestKeyHasTheSameTextInEveryRunAndBatch(@TempDir Path tasks) throws IOException {
    Files.writeString(
        tasks.resolve("dream.yaml"),
        """
        task: dream
        media: [image]
        prompt: "Describe this image in one sentence."
        do_sample: true
        temperature: 5.0
        top_k: 40
        max_new_tokens: 24
        """);
    Task task = Tasks.load(Optional.of(tasks)).get("dream", "qwen2.5-vl-demo");

    Map<String, String> alone = answers(task, 1, new Random(1));
    Map<String, String> together = answers(task, 8, new Random(2));

    assertThat(together).isEqualTo(alone);
    // One picture for all rows: what differs is drawn.
    assertThat(Set.copyOf(alone.values())).hasSizeGreaterThan(2);
  }

  /** Texts by request key; rows are asked in any order. */
  private static Map<String, String> answers(Task task, int maxBatch, Random order) {
    Fetcher fetcher = new Fetcher(new Configuration(), MediaLimits.DEFAULT, new FetchSettings(1));
    List<PlannedRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row("key " + i, fetcher));
    }
    Collections.shuffle(rows, order);
    Map<String, CompletableFuture<RowOutcome>> asked = new TreeMap<>();
    Map<String, String> texts = new TreeMap<>();
    try (QwenVl engine = QwenVl.open(DEMO.model(), new EngineOptions(2, maxBatch, 512, 64));
        MediaReader media = new MediaReader(fetcher, DefaultSettings.get(), engine::frameFit)) {
      RowInference inference =
          new RowInference(
              engine,
              media,
              Map.of("dream", task),
              PromptOptions.DEFAULT,
              Duration.ZERO,
              new PixelBudget(1L << 30));
      rows.forEach(row -> asked.put(row.requestKey(), inference.submit(row)));
      asked.forEach(
          (key, outcome) -> texts.put(key, ((Answered) outcome.join()).completion().text()));
    }
    return texts;
  }

  private static PlannedRow row(String key, Fetcher fetcher) {
    String uri = DEMO.folder().resolve("samples/inputs/shapes-1.png").toUri().toString();
    Fetcher.Found found = fetcher.find(uri);
    return new PlannedRow(
        key,
        "shapes",
        uri,
        found.length(),
        found.fingerprint(),
        new Part("image", 0),
        "dream",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
