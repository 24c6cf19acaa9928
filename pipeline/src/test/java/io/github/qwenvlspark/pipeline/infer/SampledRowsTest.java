package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose tokens are drawn: the request's key decides the text, and nothing else does. */
class SampledRowsTest {
  private static final Path MODEL =
      Path.of("../inference-runtime/src/test/resources/fixtures/tiny-model-f32");

  @TempDir Path folder;

  @Test
  void equalKeysDrawEqualTextsInAnyBatchAndOtherKeysOthers() throws IOException {
    Files.writeString(
        folder.resolve("messages.yaml"),
        """
        task: messages
        media: [image]
        prompt: '[{"role": "user", "content": "Say something."}]'
        order: conversation
        max_new_tokens: 24
        do_sample: true
        temperature: 1.5
        top_k: 0
        top_p: 1.0
        """);
    Task task = Tasks.load(Optional.of(folder)).get("messages", "tiny-model-f32");
    List<String> keys = IntStream.range(0, 6).mapToObj(i -> RequestKey.sha256("row " + i)).toList();

    List<List<Integer>> alone = answers(task, keys, 1);
    List<List<Integer>> together = answers(task, keys, 4);

    assertThat(together).isEqualTo(alone);
    assertThat(alone).doesNotHaveDuplicates();
  }

  private static List<List<Integer>> answers(Task task, List<String> keys, int rowsAtOnce) {
    Fetcher fetcher = new Fetcher(new Configuration(), MediaLimits.DEFAULT, 1);
    try (QwenVl engine = QwenVl.open(MODEL, new EngineOptions(2, rowsAtOnce, 128, 64));
        MediaReader media =
            new MediaReader(fetcher, MediaLimits.DEFAULT, Alternatives.REFERENCE, 144)) {
      RowInference inference =
          new RowInference(engine, media, Map.of("messages", task), PromptOptions.DEFAULT);
      List<CompletableFuture<RowOutcome>> outcomes =
          keys.stream().map(key -> inference.submit(row(key))).toList();
      return outcomes.stream()
          .map(outcome -> ((Answered) outcome.join()).completion().tokenIds())
          .toList();
    }
  }

  private static PlannedRow row(String key) {
    return new PlannedRow(
        key, "", "", 0, "", new Part(Part.MESSAGES, 0), "messages", Map.of(), Optional.empty());
  }
}
