package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.Fingerprint;
import io.github.qwenvlspark.runtime.checkpoint.WeightCache;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint with an adapter answers as PEFT's merged model does in the reference. */
class LoraGoldenTest {
  private static final String MODEL = "tiny-model-f32";
  private static final int NEW_TOKENS = 24;
  private static final EngineOptions OPTIONS = new EngineOptions(2, 4, 256, 64);

  @TempDir Path cache;

  private static List<JsonNode> cases(String adapter) {
    return GoldenJson.cases("lora/golden.json", "cases")
        .filter(golden -> golden.path("adapter").asText().equals(adapter))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "rslora", "vision", "whole"})
  void logitsEqualTheReference(String adapter) {
    Checkpoint adapted =
        Checkpoint.open(Fixtures.path(MODEL)).with(Fixtures.path("lora/" + adapter));
    Checkpoint merged = adapted.merged(Fingerprint.of(adapted), new WeightCache(cache.toString()));
    try (QwenTokenizer tokenizer = QwenTokenizer.open(merged.tokenizerFile());
        Model bare = new Model(merged, OPTIONS)) {
      RequestPreparer preparer = new RequestPreparer(merged, tokenizer, Alternatives.REFERENCE);
      for (JsonNode golden : cases(adapter)) {
        String name = golden.path("name").asText();
        // A penalty makes the engine bring the logits to Java.
        PreparedRequest prepared =
            preparer
                .prepare(TinyPrompts.request(TinyPrompts.named(name), NEW_TOKENS, 1.05))
                .request();

        float[] logits = bare.prefill(prepared, bare.encode(prepared), 0).logits();

        float[] expected =
            new GoldenTensors("lora/logits.safetensors").floats(adapter + "." + name);
        assertThat(logits).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
          assertThat(logits[i]).as(name).isCloseTo(expected[i], Offset.offset(1e-3f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "rslora", "vision", "whole"})
  void greedyTokensEqualTheReferenceAloneAndTogether(String adapter) {
    List<JsonNode> cases = cases(adapter);
    try (QwenVl model = open(adapter)) {
      List<CompletableFuture<Completion>> together =
          cases.stream().map(golden -> model.submit(request(golden), TokenListener.NONE)).toList();
      for (int i = 0; i < cases.size(); i++) {
        List<Integer> expected = GoldenJson.ints(cases.get(i).path("greedy"));
        assertThat(together.get(i).join().tokenIds()).isEqualTo(expected);
        assertThat(model.generate(request(cases.get(i))).tokenIds()).isEqualTo(expected);
      }
    }
  }

  @Test
  void theModelIsNamedAfterBoth() {
    EngineOptions options = OPTIONS.withAdapter(Fixtures.path("lora/plain").toString());

    InferenceEngine.ModelInfo inspected = QwenVl.inspect(Fixtures.path(MODEL), options);

    assertThat(inspected.name()).isEqualTo("tiny-model-f32+plain");
    assertThat(inspected.fingerprint())
        .isNotEqualTo(QwenVl.inspect(Fixtures.path(MODEL)).fingerprint());
    try (QwenVl model = open("plain")) {
      assertThat(model.model()).isEqualTo(inspected);
    }
  }

  @Test
  void mergedWeightsAreKeptForTheNextTime() {
    try (QwenVl first = open("plain");
        QwenVl second = open("plain")) {
      assertThat(cache)
          .isDirectoryContaining("glob:**lora-v1-" + first.model().fingerprint() + "*");
      assertThat(cache.toFile().list()).hasSize(1);
      JsonNode golden = cases("plain").get(0);
      assertThat(second.generate(request(golden)).tokenIds())
          .isEqualTo(GoldenJson.ints(golden.path("greedy")));
    }
  }

  @Test
  void eightBitWeightsAreMadeFromTheMergedOnes() {
    EngineOptions options =
        OPTIONS
            .with(Precision.INT8)
            .withAdapter(Fixtures.path("lora/plain").toString())
            .withCacheFolder(cache.toString());
    try (QwenVl adapted = QwenVl.open(Fixtures.path(MODEL), options);
        QwenVl base = QwenVl.open(Fixtures.path(MODEL), options.withAdapter(""))) {
      assertThat(adapted.model().precision()).isEqualTo("int8");
      assertThat(cache)
          .isDirectoryContaining("glob:**lora-v1-" + adapted.model().fingerprint() + "*");
      Request request = request(cases("plain").get(0));
      assertThat(adapted.generate(request).tokenIds())
          .isNotEqualTo(base.generate(request).tokenIds());
    }
  }

  private QwenVl open(String adapter) {
    return QwenVl.open(
        Fixtures.path(MODEL),
        OPTIONS
            .withAdapter(Fixtures.path("lora/" + adapter).toString())
            .withCacheFolder(cache.toString()));
  }

  private static Request request(JsonNode golden) {
    return TinyPrompts.request(TinyPrompts.named(golden.path("name").asText()), NEW_TOKENS, 1);
  }
}
