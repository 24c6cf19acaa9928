package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.ort.KvCache;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two checkpoints with random weights, 14 prompts with text, pictures and clips: every step from
 * messages to tokens equals the reference.
 */
class TinyModelGoldenTest {
  private static final List<String> MODELS = List.of("tiny-model-f32", "tiny-model-bf16");
  private static final EngineOptions OPTIONS = new EngineOptions(2, 4, 256, 64);
  private static final int NEW_TOKENS = 40;
  private static final Map<String, QwenVl> OPEN = new HashMap<>();

  @BeforeAll
  static void open() {
    MODELS.forEach(model -> OPEN.put(model, QwenVl.open(Fixtures.path(model), OPTIONS)));
  }

  @AfterAll
  static void close() {
    OPEN.values().forEach(QwenVl::close);
  }

  static Stream<Arguments> cases() {
    List<JsonNode> inputs = GoldenJson.cases("tiny-model-inputs/cases.json", "cases").toList();
    return MODELS.stream()
        .flatMap(
            model ->
                inputs.stream()
                    .map(input -> Arguments.of(model, input.path("name").asText(), input)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void greedyTokensEqualTheReference(String model, String name, JsonNode input) {
    JsonNode golden = golden(model, name).path("float_max");

    Completion plain = OPEN.get(model).generate(request(input, 1));
    Completion penalised = OPEN.get(model).generate(request(input, 1.05));

    assertThat(plain.tokenIds()).isEqualTo(GoldenJson.ints(golden.path("greedy")));
    assertThat(plain.text()).isEqualTo(golden.path("greedy_text").asText());
    assertThat(plain.usage().promptTokens()).isEqualTo(input.path("input_ids").size());
    assertThat(penalised.tokenIds()).isEqualTo(GoldenJson.ints(golden.path("greedy_penalty_1.05")));
  }

  /** As published: do_sample with top_k 1, and a repetition penalty of 1.05. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void theCheckpointsOwnGenerationConfigIsTheDefault(String model, String name, JsonNode input) {
    Request request =
        new Request(request(input, 1).messages(), GenerationOptions.checkpoint(NEW_TOKENS));

    assertThat(OPEN.get(model).generate(request).tokenIds())
        .isEqualTo(
            GoldenJson.ints(golden(model, name).path("float_max").path("greedy_penalty_1.05")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void anyIdOfTheEosListEndsAnAnswer(String model, @TempDir Path temp) throws IOException {
    JsonNode stop = GoldenJson.read(model + "/golden/golden.json").path("stop");
    Path folder = copy(model, temp);
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"eos_token_id\": [1, %d]}".formatted(stop.path("eos_token_ids").get(0).asInt()));

    try (QwenVl opened = QwenVl.open(folder, OPTIONS)) {
      Completion answer =
          opened.generate(request(TinyPrompts.named(stop.path("name").asText()), 1));

      assertThat(answer.tokenIds()).isEqualTo(GoldenJson.ints(stop.path("greedy")));
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void logitsOfPaddedBatchesEqualThoseOfSingleRows(String model) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    GoldenTensors tensors = new GoldenTensors(model + "/golden/golden.safetensors");
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
        Model bare = new Model(checkpoint, OPTIONS)) {
      RequestPreparer preparer = new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE);
      for (JsonNode batch : GoldenJson.read(model + "/golden/golden.json").path("batches")) {
        List<String> names = new ArrayList<>();
        batch.path("names").forEach(name -> names.add(name.asText()));
        float[] golden = tensors.floats("batch." + String.join("+", names) + ".last_logits");
        for (int i = 0; i < names.size(); i++) {
          PreparedRequest prepared =
              preparer.prepare(request(TinyPrompts.named(names.get(i)), 1.05)).request();

          float[] logits = bare.prefill(prepared, bare.encode(prepared), i % 4).logits();

          assertClose(
              logits, Arrays.copyOfRange(golden, i * logits.length, (i + 1) * logits.length));
        }
      }
    }
  }

  /** The reference pads such batches on the left; padding must change nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void batchesOfTheReferenceGiveTheSameTokensHere(String model) {
    for (JsonNode batch : GoldenJson.read(model + "/golden/golden.json").path("batches")) {
      List<CompletableFuture<Completion>> together = new ArrayList<>();
      batch
          .path("names")
          .forEach(
              name ->
                  together.add(
                      OPEN.get(model)
                          .submit(
                              request(TinyPrompts.named(name.asText()), 1), TokenListener.NONE)));
      for (int i = 0; i < together.size(); i++) {
        assertThat(together.get(i).join().tokenIds())
            .isEqualTo(GoldenJson.ints(batch.path("greedy").get(i)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void aStopStringEndsTheAnswerWhereverTokensDivideIt(String model) {
    Request plain = request(TinyPrompts.named("one_image"), 1);
    Completion whole = OPEN.get(model).generate(plain);
    int middle = whole.text().length() / 2;
    String stop = whole.text().substring(middle, middle + 3);

    Completion stopped =
        OPEN.get(model)
            .generate(new Request(plain.messages(), plain.generation().withStop(List.of(stop))));

    int end = whole.text().indexOf(stop) + stop.length();
    assertThat(stopped.text()).startsWith(whole.text().substring(0, end));
    assertThat(stopped.tokenIds())
        .isEqualTo(whole.tokenIds().subList(0, stopped.tokenIds().size()));
    assertThat(stopped.tokenIds()).hasSizeLessThan(whole.tokenIds().size());
    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void allPromptsTogetherGiveWhatEachGivesAlone(String model) {
    List<CompletableFuture<Completion>> together = new ArrayList<>();
    List<JsonNode> inputs = GoldenJson.cases("tiny-model-inputs/cases.json", "cases").toList();
    for (JsonNode input : inputs) {
      together.add(OPEN.get(model).submit(request(input, 1), TokenListener.NONE));
    }
    for (int i = 0; i < inputs.size(); i++) {
      JsonNode golden = golden(model, inputs.get(i).path("name").asText()).path("float_max");
      assertThat(together.get(i).join().tokenIds())
          .isEqualTo(GoldenJson.ints(golden.path("greedy")));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void inputsAndPrefillLogitsEqualTheReference(String model, String name, JsonNode input) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    GoldenTensors tensors = new GoldenTensors(model + "/golden/golden.safetensors");
    String key = tensors.has(name + ".last_logits") ? name : name + ".float_max";
    JsonNode golden = golden(model, name).path("float_max");
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
        Model bare = new Model(checkpoint, OPTIONS)) {
      // A penalty makes the engine bring the logits to Java.
      PreparedRequest prepared =
          new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE)
              .prepare(request(input, 1.05))
              .request();
      assertThat(Arrays.stream(prepared.inputIds()).boxed().toList())
          .isEqualTo(GoldenJson.ints(input.path("input_ids")));
      assertThat(prepared.nextPosition()).isEqualTo(golden.path("next_position").asInt());

      bare.cache().fill(Float.NaN);
      KvCache cache = bare.cache();
      float[] logits = bare.prefill(prepared, bare.encode(prepared), cache.rows() - 1).logits();

      assertClose(logits, tensors.floats(key + ".last_logits"));
    }
  }

  @Test
  void shardsOfSeveralFoldersAnswerAlike(@TempDir Path temp) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("checkpoint"));
    try (Stream<Path> files = Files.list(Fixtures.path("tiny-model-bf16"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        Path home = Files.createDirectories(temp.resolve("of-" + name)).resolve(name);
        Files.createSymbolicLink(folder.resolve(name), Files.copy(file, home));
      }
    }
    JsonNode input = GoldenJson.cases("tiny-model-inputs/cases.json", "cases").toList().get(3);
    JsonNode golden = golden("tiny-model-bf16", input.path("name").asText()).path("float_max");

    try (QwenVl model = QwenVl.open(folder, OPTIONS)) {
      assertThat(model.generate(request(input, 1)).tokenIds())
          .isEqualTo(GoldenJson.ints(golden.path("greedy")));
    }
  }

  static Stream<Arguments> pictures() {
    return MODELS.stream()
        .flatMap(
            model ->
                GoldenJson.cases(model + "/golden/golden.json", "vision")
                    .map(vision -> Arguments.of(model, vision.path("tensor").asText(), vision)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pictures")
  void mergedEmbeddingsEqualTheReference(String model, String tensor, JsonNode vision) {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    List<Part> parts = new ArrayList<>();
    vision.path("images").forEach(image -> parts.add(TinyPrompts.image(image.asText())));
    if (vision.has("video")) {
      parts.add(video(GoldenJson.cases(model + "/golden/golden.json", "vision"), tensor));
    }
    Request request = new Request(List.of(new Message("user", parts)), GenerationOptions.greedy(1));
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
        Model bare = new Model(checkpoint, OPTIONS)) {
      PreparedRequest prepared =
          new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE)
              .prepare(request)
              .request();

      assertClose(
          bare.encode(prepared),
          new GoldenTensors(model + "/golden/vision.safetensors").floats(tensor));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void aStreamedAnswerIsTheAnswer(String model) {
    JsonNode input = GoldenJson.cases("tiny-model-inputs/cases.json", "cases").toList().get(4);
    StringBuilder said = new StringBuilder();

    Completion completion = OPEN.get(model).generate(request(input, 1), said::append);

    assertThat(said.toString()).isEqualTo(completion.text()).isNotEmpty();
  }

  private static void assertClose(float[] actual, float[] golden) {
    assertThat(actual).hasSameSizeAs(golden);
    for (int i = 0; i < golden.length; i++) {
      assertThat(actual[i]).isCloseTo(golden[i], Offset.offset(1e-3f));
    }
  }

  /** What the reference gave for a prompt, by the rule of video positions. */
  static JsonNode golden(String model, String name) {
    return GoldenJson.cases(model + "/golden/golden.json", "cases")
        .filter(testCase -> testCase.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow()
        .path("rules");
  }

  private static Request request(JsonNode input, double penalty) {
    return TinyPrompts.request(input, NEW_TOKENS, penalty);
  }

  private static Path copy(String model, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.path(model))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
    return folder;
  }

  private static Part video(Stream<JsonNode> visions, String tensor) {
    JsonNode frames =
        visions
            .filter(vision -> vision.path("tensor").asText().equals(tensor))
            .findFirst()
            .orElseThrow()
            .path("video");
    List<String> names = new ArrayList<>();
    frames.forEach(frame -> names.add(frame.asText()));
    return TinyPrompts.video(names, 1);
  }
}
