package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Failed;
import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.Completion.Visual;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Outcomes as rows of the results table, in the order of its schema. Boxes go back to original
 * pixels.
 */
final class OutcomeRow {
  private static final String INEXACT = " (picture not exact)";

  private final InferOptions options;
  private final ModelInfo model;

  OutcomeRow(InferOptions options, ModelInfo model) {
    this.options = options;
    this.model = model;
  }

  Row of(RowOutcome outcome) {
    return outcome.fold(this::answered, this::failed);
  }

  private Row answered(Answered outcome) {
    return row(
        outcome,
        "ok",
        null,
        Optional.of(outcome.completion()),
        outcome.answer(),
        outcome.mapping(),
        Checks.of(outcome, options.tasks().get(outcome.row().task()).answer()));
  }

  private Row failed(Failed outcome) {
    Row error =
        RowFactory.create(
            outcome.type().name(),
            outcome.message(),
            outcome.type().retryable(),
            outcome.attempts());
    return row(
        outcome,
        "error",
        error,
        outcome.completion(),
        ParsedAnswer.NOTHING,
        Optional.empty(),
        null);
  }

  private Row row(
      RowOutcome outcome,
      String status,
      Row error,
      Optional<Completion> completion,
      ParsedAnswer answer,
      Optional<BoxMapping> mapping,
      Row checks) {
    Optional<Completion.Visual> visual = completion.flatMap(c -> c.visuals().stream().findFirst());
    PlannedRow shown = outcome.row().shown();
    return RowFactory.create(
        shown.requestKey(),
        options.runId(),
        shown.sourceId(),
        shown.uri(),
        part(outcome),
        shown.task(),
        status,
        error,
        completion.map(Completion::text).orElse(null),
        answer.json().orElse(null),
        elements(answer, mapping),
        Catalyst.scalaMap(answer.fields()),
        boxes(answer, mapping),
        moments(answer, outcome.row().part()),
        completion.map(c -> c.finishReason().label()).orElse(null),
        visual.map(OutcomeRow::image).orElse(null),
        completion.map(c -> usage(c.usage())).orElse(null),
        timing(outcome, completion),
        completion
            .map(c -> RowFactory.create(c.quality().meanLogprob(), c.quality().minLogprob()))
            .orElse(null),
        RowFactory.create(
            model.name(),
            model.fingerprint(),
            model.precision(),
            model.device(),
            preprocessor(completion, outcome.tiles()),
            model.runtimeVersion()),
        outcome.prompt().isEmpty() ? null : RequestKey.sha256(outcome.prompt()),
        Catalyst.scalaMap(shown.labels()),
        Timestamp.from(Instant.now()),
        outcome.facts().textLayer().orElse(null),
        document(outcome),
        checks,
        number(outcome.facts().dpi()));
  }

  private static Double number(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }

  private static Row document(RowOutcome outcome) {
    return RowFactory.create(
        outcome.row().content(), outcome.row().length(), outcome.row().part().of());
  }

  /**
   * Where a picture's pixels are not those of the reference, or it was not seen whole as the
   * reference would see it, its row says so.
   */
  private String preprocessor(Optional<Completion> completion, int tiles) {
    boolean exact = completion.stream().flatMap(c -> c.visuals().stream()).allMatch(Visual::exact);
    return model.preprocessor()
        + (exact ? "" : INEXACT)
        + (tiles == 1 ? "" : " (%d tiles)".formatted(tiles));
  }

  /** Pages count from 1 for people; the rest of a clip has no end. */
  private static Row part(RowOutcome outcome) {
    Part part = outcome.row().part();
    return RowFactory.create(
        part.kind(),
        part.isPage() ? part.page() + 1 : null,
        part.span().map(TimeSpan::startS).orElse(null),
        part.span().map(TimeSpan::endS).filter(Double::isFinite).orElse(null));
  }

  private static Object[] elements(ParsedAnswer answer, Optional<BoxMapping> mapping) {
    return answer.elements().stream()
        .map(
            element ->
                RowFactory.create(
                    element.type(),
                    element.text(),
                    box(element.bbox(), mapping),
                    array(element.bbox()),
                    element.html()))
        .toArray();
  }

  private static Object[] boxes(ParsedAnswer answer, Optional<BoxMapping> mapping) {
    return answer.boxes().stream()
        .map(
            box ->
                RowFactory.create(
                    box.label(), box(box.bbox(), mapping), point(box.point(), mapping)))
        .toArray();
  }

  /** In the clip's own time, whatever stretch of it the model has seen. */
  private static Object[] moments(ParsedAnswer answer, Part part) {
    double start = part.span().map(TimeSpan::startS).orElse(0.0);
    return answer.moments().stream()
        .map(
            moment ->
                RowFactory.create(start + moment.startS(), start + moment.endS(), moment.text()))
        .toArray();
  }

  private static Integer[] box(List<Integer> box, Optional<BoxMapping> mapping) {
    return box.isEmpty() ? null : array(mapping.map(m -> m.box(box)).orElse(box));
  }

  private static Integer[] point(List<Integer> point, Optional<BoxMapping> mapping) {
    return point.isEmpty() ? null : array(mapping.map(m -> m.point(point)).orElse(point));
  }

  private static Integer[] array(List<Integer> numbers) {
    return numbers.isEmpty() ? null : numbers.toArray(Integer[]::new);
  }

  private static Row image(Completion.Visual visual) {
    return RowFactory.create(
        visual.original().width(),
        visual.original().height(),
        visual.resized().width(),
        visual.resized().height(),
        visual.frames());
  }

  private static Row usage(Completion.Usage usage) {
    return RowFactory.create(usage.promptTokens(), usage.visualTokens(), usage.completionTokens());
  }

  private static Row timing(RowOutcome outcome, Optional<Completion> completion) {
    Completion.Timing engine =
        completion.map(Completion::timing).orElse(new Completion.Timing(0, 0, 0, 0, 0));
    return RowFactory.create(
        outcome.times().fetchMs(),
        outcome.times().mediaMs(),
        engine.preprocessMs(),
        engine.queueMs(),
        engine.visionMs(),
        engine.prefillMs(),
        engine.decodeMs(),
        outcome.times().totalMs());
  }
}
