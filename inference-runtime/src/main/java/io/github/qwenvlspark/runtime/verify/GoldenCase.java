package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import java.util.List;
import java.util.Optional;

/** A request and what the other stack made of it. Confined to one thread. */
final class GoldenCase {
  private final JsonNode golden;
  private final Request request;
  private Optional<Answer> answer = Optional.empty();

  GoldenCase(JsonNode golden, Request request) {
    this.golden = golden;
    this.request = request;
  }

  /**
   * What this runtime answers.
   *
   * @param logits {@code [vocab]}, of the first token
   */
  record Answer(List<Integer> ids, float[] logits) {}

  String name() {
    return golden.path("name").asText();
  }

  /** What the other stack wrote under {@code key}. */
  JsonNode golden(String key) {
    return golden.path(key);
  }

  /** Tokens of prompt and answer. */
  int tokens() {
    return golden.path("input_ids").size() + golden.path("greedy").size();
  }

  PreparedRequest prepare(Subject subject) {
    return subject.prepare(request);
  }

  /** Answers on first use. */
  Answer answer(Subject subject) {
    if (answer.isEmpty()) {
      PreparedRequest prepared = prepare(subject);
      Rehearsal.Answer full =
          Rehearsal.answer(
              subject.model(),
              prepared,
              subject.model().encode(prepared),
              golden.path("greedy").size());
      answer = Optional.of(new Answer(full.ids(), full.logits().get(0)));
    }
    return answer.orElseThrow();
  }
}
