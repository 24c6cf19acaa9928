package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A checkpoint with random weights, which would never write JSON, held to a schema. */
class ResponseSchemaAnswersTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "count"], "properties": {
        "name": {"type": "string", "maxLength": 20},
        "note": {"type": "string"},
        "count": {"type": "integer", "minimum": 1, "maximum": 99}}}
      """;

  private static QwenVl model;

  @BeforeAll
  static void open() {
    model = QwenVl.open(Fixtures.path("tiny-model-f32"), new EngineOptions(2, 4, 512, 64));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Request request(String question, GenerationOptions options) {
    return new Request(List.of(Message.user(new Part.Text(question))), options);
  }

  private static GenerationOptions drawn(long seed) {
    return new GenerationOptions(
            60, GenerationOptions.Mode.SAMPLE, 1.05, 1.5, 0, 1, 0, seed, List.of(), true)
        .withResponseSchema(SCHEMA);
  }

  @Test
  void greedyAndDrawnAnswersAreDocumentsOfTheSchema() throws IOException {
    List<GenerationOptions> all = new ArrayList<>();
    all.add(GenerationOptions.greedy(60).withResponseSchema(SCHEMA));
    for (long seed = 0; seed < 5; seed++) {
      all.add(drawn(seed));
    }
    for (GenerationOptions options : all) {
      Completion answer = model.generate(request("What is it?", options));

      JsonNode document = new ObjectMapper().readTree(answer.text());
      assertThat(document.get("name").asText().length()).isLessThanOrEqualTo(40);
      assertThat(document.get("count").asInt()).isBetween(1, 99);
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(answer.tokenIds()).hasSizeLessThanOrEqualTo(60);
      assertThat(answer.quality().meanLogprob()).isNegative().isFinite();
    }
  }

  @Test
  void anAnswerAloneEqualsTheAnswerBesideOthers() {
    List<Request> requests = new ArrayList<>();
    for (long seed = 0; seed < 4; seed++) {
      requests.add(request("What is it?", drawn(seed)));
      requests.add(request("And this? " + seed, GenerationOptions.greedy(20)));
    }
    List<List<Integer>> alone =
        requests.stream().map(request -> model.generate(request).tokenIds()).toList();

    List<CompletableFuture<Completion>> together =
        requests.stream().map(request -> model.submit(request, TokenListener.NONE)).toList();

    assertThat(together.stream().map(answer -> answer.join().tokenIds())).isEqualTo(alone);
  }

  @Test
  void tooLittleRoomForAnyDocumentIsRefusedWithBothNumbers() {
    GenerationOptions options = GenerationOptions.greedy(3).withResponseSchema(SCHEMA);

    assertThatThrownBy(() -> model.generate(request("What is it?", options)))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContainingAll("shortest answer", "max_new_tokens is 3");
    assertThatThrownBy(() -> QwenVl.requireRoom(Fixtures.path("tiny-model-f32"), options))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("max_new_tokens is 3");
  }

  @Test
  void aSchemaIsCheckedWhenItIsGivenAndStopsHaveNoPlaceBesideIt() {
    assertThatThrownBy(() -> GenerationOptions.greedy(9).withResponseSchema("{\"type\": 1}"))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("#: type:");
    assertThatThrownBy(
            () -> GenerationOptions.greedy(9).withStop(List.of("}")).withResponseSchema(SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stop would cut the document");
  }
}
