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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All four rules of video positions, from positions to answers. */
class VideoRulesGoldenTest {
  private static final EngineOptions OPTIONS = new EngineOptions(2, 4, 256, 64);
  private static final List<String> MODELS = List.of("tiny-model-f32", "tiny-model-bf16");
  private static final Map<String, QwenVl> OPEN = new HashMap<>();

  @BeforeAll
  static void open() {
    for (String model : MODELS) {
      for (VideoRule rule : VideoRule.values()) {
        OPEN.put(model + rule, QwenVl.open(Fixtures.path(model), options(rule)));
      }
    }
  }

  @AfterAll
  static void close() {
    OPEN.values().forEach(QwenVl::close);
  }

  /** Prompts without a clip have one golden: every rule must give it. */
  static Stream<Arguments> cases() {
    return MODELS.stream()
        .flatMap(
            model ->
                GoldenJson.cases("tiny-model-inputs/cases.json", "cases")
                    .flatMap(
                        input ->
                            Stream.of(VideoRule.values())
                                .map(rule -> arguments(model, input, rule))));
  }

  private static Arguments arguments(String model, JsonNode input, VideoRule rule) {
    String name = input.path("name").asText();
    JsonNode rules = TinyModelGoldenTest.golden(model, name);
    boolean byRule = rules.size() > 1;
    return Arguments.of(
        model,
        byRule ? name + "." + rule.label() : name,
        rule,
        input,
        rules.path(byRule ? rule.label() : "float_max"));
  }

  static Stream<Arguments> clips() {
    return cases().filter(arguments -> ((String) arguments.get()[1]).contains("."));
  }

  @ParameterizedTest(name = "{0} {1} by {2}")
  @MethodSource("cases")
  void positionsEqualTheReference(
      String model, String key, VideoRule rule, JsonNode input, JsonNode golden) {
    GoldenTensors tensors = new GoldenTensors(model + "/golden/golden.safetensors");
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile())) {
      PreparedRequest prepared = prepared(checkpoint, tokenizer, rule, input);

      int[] positions = byAxis(prepared.positions());
      assertThat(positions).containsExactly(tensors.ints(key + ".position_ids"));
      assertThat(prepared.nextPosition()).isEqualTo(golden.path("next_position").asInt());
      assertThat(Arrays.stream(positions).max().orElseThrow() + 1 - prepared.promptTokens())
          .isEqualTo(golden.path("rope_delta").asInt());
    }
  }

  @ParameterizedTest(name = "{0} {1} by {2}")
  @MethodSource("clips")
  void prefillLogitsEqualTheReference(
      String model, String key, VideoRule rule, JsonNode input, JsonNode golden) {
    GoldenTensors tensors = new GoldenTensors(model + "/golden/golden.safetensors");
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
        Model bare = new Model(checkpoint, OPTIONS)) {
      PreparedRequest prepared = prepared(checkpoint, tokenizer, rule, input);
      int slot = bare.cache().rows() - 1;

      assertThat(bare.prefill(prepared, bare.encode(prepared), slot).logits())
          .containsExactly(tensors.floats(key + ".last_logits"), Offset.offset(1e-3f));
    }
  }

  @ParameterizedTest(name = "{0} {1} by {2}")
  @MethodSource("clips")
  void greedyTokensEqualTheReference(
      String model, String key, VideoRule rule, JsonNode input, JsonNode golden) {
    QwenVl engine = OPEN.get(model + rule);

    Completion plain = engine.generate(TinyPrompts.request(input, 40, 1));
    Completion penalised = engine.generate(TinyPrompts.request(input, 40, 1.05));

    assertThat(plain.tokenIds()).isEqualTo(GoldenJson.ints(golden.path("greedy")));
    assertThat(penalised.tokenIds()).isEqualTo(GoldenJson.ints(golden.path("greedy_penalty_1.05")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void anEngineSaysWhoseRuleItFollows(VideoRule rule, String label) {
    assertThat(OPEN.get("tiny-model-f32" + rule).model().preprocessor()).isEqualTo(label);
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        Arguments.of(VideoRule.FLOAT_MAX, "qwen-vl-utils/pillow"),
        Arguments.of(VideoRule.INT_MAX, "qwen-vl-utils/pillow video_positions=int_max"),
        Arguments.of(VideoRule.INT_GRID, "qwen-vl-utils/pillow video_positions=int_grid"),
        Arguments.of(VideoRule.FLOAT_GRID, "qwen-vl-utils/pillow video_positions=float_grid"));
  }

  private static EngineOptions options(VideoRule rule) {
    return OPTIONS.with(Alternatives.REFERENCE.with(rule));
  }

  /** A penalty makes the engine bring the logits to Java. */
  private static PreparedRequest prepared(
      Checkpoint checkpoint, QwenTokenizer tokenizer, VideoRule rule, JsonNode input) {
    return new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE.with(rule))
        .prepare(TinyPrompts.request(input, 40, 1.05))
        .request();
  }

  /** {@code [seq, 3]} as {@code [3, seq]}. */
  private static int[] byAxis(float[] positions) {
    int length = positions.length / 3;
    int[] byAxis = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      byAxis[i % 3 * length + i / 3] = (int) positions[i];
    }
    return byAxis;
  }
}
