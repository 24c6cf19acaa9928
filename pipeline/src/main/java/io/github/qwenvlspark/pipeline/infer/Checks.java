package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.udfs.measure.Repetition;
import io.github.qwenvlspark.udfs.measure.WordAgreement;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The column {@code checks}: what can be said of an answer without knowing the right one. */
final class Checks {
  private Checks() {}

  /**
   * @param format of the answer: texts and pages can be held against a text layer, extracts cannot
   */
  static Row of(Answered outcome, AnswerFormat format) {
    return RowFactory.create(
        number(Repetition.of(outcome.completion().text())),
        outcome.facts().empty().orElse(null),
        outcome
            .facts()
            .textLayer()
            .flatMap(layer -> allText(outcome, format).map(text -> WordAgreement.of(text, layer)))
            .map(Checks::number)
            .orElse(null),
        outOfFrame(outcome).orElse(null));
  }

  private static Optional<String> allText(Answered outcome, AnswerFormat format) {
    return switch (format) {
      case TEXT -> Optional.of(outcome.completion().text());
      case HTML ->
          Optional.of(
              outcome.answer().elements().stream()
                  .map(ParsedAnswer.Element::text)
                  .collect(Collectors.joining("\n")));
      default -> Optional.empty();
    };
  }

  /** Of the places that the answer names, if it names any. */
  private static Optional<Integer> outOfFrame(Answered outcome) {
    List<List<Integer>> places = new ArrayList<>();
    outcome.answer().elements().forEach(element -> places.add(element.bbox()));
    outcome.answer().boxes().forEach(box -> places.add(box.bbox()));
    outcome.answer().boxes().forEach(box -> places.add(box.point()));
    places.removeIf(List::isEmpty);
    return places.isEmpty()
        ? Optional.empty()
        : outcome.mapping().map(mapping -> mapping.outOfFrame(places));
  }

  private static Double number(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }
}
