package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A Qwen2-VL checkpoint with random weights answers the 14 prompts as the reference does. */
class Qwen2VlGoldenTest {
  private static final String MODEL = "tiny-qwen2-vl";
  private static final int NEW_TOKENS = 24;
  private static final EngineOptions OPTIONS = new EngineOptions(2, 4, 256, 64);
  private static QwenVl model;

  @BeforeAll
  static void open() {
    model = QwenVl.open(Fixtures.path(MODEL), OPTIONS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Name of the prompt, rule of positions, what the reference answers. */
  static Stream<Arguments> cases() {
    return GoldenJson.cases(MODEL + "/golden/golden.json", "cases")
        .flatMap(
            golden ->
                golden.path("rules").properties().stream()
                    .map(
                        rule ->
                            Arguments.of(
                                golden.path("name").asText(), rule.getKey(), rule.getValue())));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void inputsAndLogitsEqualTheReference(String name, String rule, JsonNode golden) {
    JsonNode prompt = TinyPrompts.named(name);
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(MODEL));
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
        Model bare = new Model(checkpoint, OPTIONS)) {
      // A penalty makes the engine bring the logits to Java.
      PreparedRequest prepared =
          new RequestPreparer(checkpoint, tokenizer, alternatives(rule))
              .prepare(TinyPrompts.request(prompt, NEW_TOKENS, 1.05))
              .request();
      float[] logits = bare.prefill(prepared, bare.encode(prepared), 0).logits();

      assertThat(prepared.inputIds())
          .containsExactly(ints(GoldenJson.ints(prompt.path("input_ids"))));
      for (int i = 0; i < prepared.promptTokens(); i++) {
        for (int axis = 0; axis < 3; axis++) {
          assertThat(prepared.positions()[3 * i + axis])
              .isEqualTo(golden.path("position_ids").path(axis).path(i).floatValue());
        }
      }
      float[] expected =
          new GoldenTensors(MODEL + "/golden/logits.safetensors").floats(name + "." + rule);
      assertThat(logits).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], Offset.offset(1e-3f));
      }
    }
  }

  @Test
  void promptsTogetherGiveTheReferencesTokens() {
    assertAnswers(model, "max");
  }

  @Test
  void theRuleOfTransformers5GivesItsTokens() {
    try (QwenVl other = QwenVl.open(Fixtures.path(MODEL), OPTIONS.with(alternatives("grid")))) {
      assertAnswers(other, "grid");
    }
  }

  @Test
  void theNestedConfigurationOfTransformers5AnswersAlike(@TempDir Path folder) throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.path(MODEL))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.copy(
        Fixtures.path(MODEL + "/golden/config-nested.json"),
        folder.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(Checkpoint.open(folder).config())
        .isEqualTo(Checkpoint.open(Fixtures.path(MODEL)).config());
  }

  static Stream<Arguments> released() {
    return cases().filter(arguments -> arguments.get()[1].equals("max"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("released")
  void aPromptAloneGivesTheReferencesTokens(String name, String rule, JsonNode golden) {
    Request request = TinyPrompts.request(TinyPrompts.named(name), NEW_TOKENS, 1);

    assertThat(model.generate(request).tokenIds())
        .isEqualTo(GoldenJson.ints(golden.path("greedy")));
  }

  private static void assertAnswers(QwenVl engine, String rule) {
    List<CompletableFuture<Completion>> together = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    GoldenJson.cases(MODEL + "/golden/golden.json", "cases")
        .forEach(
            golden -> {
              JsonNode rules = golden.path("rules");
              JsonNode prompt = TinyPrompts.named(golden.path("name").asText());
              together.add(
                  engine.submit(TinyPrompts.request(prompt, NEW_TOKENS, 1), TokenListener.NONE));
              expected.add(
                  GoldenJson.ints(rules.path(rules.has(rule) ? rule : "max").path("greedy")));
            });
    for (int i = 0; i < expected.size(); i++) {
      assertThat(together.get(i).join().tokenIds()).isEqualTo(expected.get(i));
    }
  }

  private static Alternatives alternatives(String rule) {
    return Alternatives.REFERENCE.with(
        rule.equals("max") ? VideoRule.FLOAT_MAX : VideoRule.INT_GRID);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
