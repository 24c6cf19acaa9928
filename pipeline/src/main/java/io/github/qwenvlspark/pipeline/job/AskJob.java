package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.infer.InferOptions;
import io.github.qwenvlspark.pipeline.infer.MediaReader;
import io.github.qwenvlspark.pipeline.infer.RowOutcome;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Failed;
import io.github.qwenvlspark.pipeline.infer.SingleRow;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.InspectPartition;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.report.Drawing;
import io.github.qwenvlspark.pipeline.report.ReportBox;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Asks a model one question about one file, in this process and without a Spark session: inspected,
 * prepared and asked as a run does, so that the answer is a run's.
 */
public final class AskJob {
  private final ModelAccess models;
  private final Progress progress;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param out takes the answer while it grows; its characters should be UTF-8
   * @param err takes what is to be said about it
   */
  public AskJob(ModelAccess models, Progress progress, PrintStream out, PrintStream err) {
    this.models = models;
    this.progress = progress;
    this.out = out;
    this.err = err;
  }

  /**
   * Asks.
   *
   * @return whether there is an answer; else the error has been told
   * @throws BadRequestException if the question cannot be asked like this
   */
  public boolean ask(AskRequest request, Settings given) throws IOException {
    RunSetup.Asked asked =
        new RunSetup.Asked(
            request.model(),
            List.of(request.task()),
            request.prompt(),
            request.taskFolder(),
            Optional.empty());
    RunSetup setup = RunSetup.here(models, progress, asked, given);
    Task task = setup.tasks().get(request.task());
    if (request.maxNewTokens().isPresent()) {
      task = longest(task, request.maxNewTokens().getAsInt());
    }
    InferOptions options =
        new InferOptions(
            "ask",
            request.model(),
            setup.model().fingerprint(),
            with(setup.tasks(), task),
            setup.settings(),
            Seal.fresh(),
            models.engines(),
            new SerializableConfiguration(new Configuration()));
    PlannedRow row = part(request, setup, options);
    if (request.draw().isPresent() && !row.part().isPage() && !row.part().kind().equals("image")) {
      throw new BadRequestException(
          "--draw paints on a picture or a page; %s is a %s"
              .formatted(ShownUri.of(request.uri()), row.part().kind()));
    }
    RowOutcome outcome = tell(options, row);
    if (outcome instanceof Answered answered && request.draw().isPresent()) {
      draw(options, answered, request.draw().get());
    }
    return outcome instanceof Answered;
  }

  private static Task longest(Task task, int tokens) {
    try {
      return task.withMaxNewTokens(tokens);
    } catch (QwenVlException e) {
      throw new BadRequestException("--max-new-tokens: " + e.getMessage(), e);
    }
  }

  private static Map<String, Task> with(Map<String, Task> tasks, Task task) {
    Map<String, Task> changed = new HashMap<>(tasks);
    changed.put(task.name(), task);
    return changed;
  }

  private static PlannedRow part(AskRequest request, RunSetup setup, InferOptions options) {
    PlanOptions plan =
        new RunSetup(setup.settings(), setup.model(), options.tasks(), setup.sizes())
            .planOptions(ExpectedAnswers.NONE, options.seal());
    List<PlannedRow> parts =
        new InspectPartition(plan, options.hadoop())
            .parts(
                new InspectPartition.Document(
                    request.uri(), request.uri(), request.task(), Map.of(), Reading.WHOLE));
    PlannedRow row = asked(request, parts);
    row.failure()
        .filter(failure -> failure.type() == ErrorType.INVALID_REQUEST)
        .ifPresent(
            failure -> {
              throw new BadRequestException(failure.getMessage(), failure);
            });
    return row;
  }

  private static PlannedRow asked(AskRequest request, List<PlannedRow> parts) {
    String shown = ShownUri.of(request.uri());
    if (parts.get(0).failure().isEmpty() && request.page().isPresent()) {
      int page = request.page().getAsInt();
      return parts.stream()
          .filter(row -> row.part().page() == page - 1)
          .findFirst()
          .orElseThrow(
              () ->
                  new BadRequestException(
                      "--page %d: %s has pages 1 to %d".formatted(page, shown, parts.size())));
    }
    if (parts.size() > 1) {
      throw new BadRequestException(
          "%s has %d parts and one is asked about; say which page with --page"
              .formatted(shown, parts.size()));
    }
    return parts.get(0);
  }

  private RowOutcome tell(InferOptions options, PlannedRow row) {
    AtomicBoolean told = new AtomicBoolean();
    RowOutcome outcome =
        SingleRow.ask(
            options,
            row,
            text -> {
              told.set(true);
              out.print(text);
              out.flush();
            });
    Optional<Completion> completion =
        outcome.fold(answered -> Optional.of(answered.completion()), Failed::completion);
    completion
        .filter(whole -> !told.get())
        .ifPresent(whole -> out.print(whole.text())); // put together from tiles
    if (completion.isPresent()) {
      out.println();
      out.flush();
    }
    completion.ifPresent(whole -> err.println(effort(outcome, whole)));
    if (outcome instanceof Failed failed) {
      err.println(failed.type() + ": " + failed.message());
    }
    return outcome;
  }

  private static String effort(RowOutcome outcome, Completion completion) {
    Completion.Usage usage = completion.usage();
    Completion.Timing timing = completion.timing();
    double readS = (timing.visionMs() + timing.prefillMs()) / 1000;
    double writeS = timing.decodeMs() / 1000;
    return String.format(
        Locale.ROOT,
        "%d tokens read (%d of them seen) in %.2f s, %d written in %.2f s (%.1f a second), %.2f s in all, ended by %s",
        usage.promptTokens(),
        usage.visualTokens(),
        readS,
        usage.completionTokens(),
        writeS,
        usage.completionTokens() / Math.max(writeS, 1e-3),
        outcome.times().totalMs() / 1000,
        completion.finishReason().label());
  }

  /** On the picture as it lies in the file, or the page as the model's question rendered it. */
  private void draw(InferOptions options, Answered answered, Path file) throws IOException {
    Fetcher fetcher =
        new Fetcher(
            options.hadoop().value(), options.settings().media(), options.settings().fetch());
    try (MediaReader media =
        new MediaReader(fetcher, options.settings(), size -> FrameFit.AS_DECODED)) {
      Part.Image picture =
          (Part.Image) media.read(answered.row(), options.tasks().get(answered.row().task()));
      Drawing.write(picture.pixels(), boxes(answered), file);
    }
    err.println("Drawn: " + file.toAbsolutePath().normalize());
  }

  private static List<ReportBox> boxes(Answered answered) {
    Optional<BoxMapping> mapping = answered.mapping();
    List<ReportBox> boxes = new ArrayList<>();
    answered.answer().elements().stream()
        .filter(element -> !element.bbox().isEmpty())
        .forEach(
            element ->
                boxes.add(ReportBox.of("element", element.type(), box(element.bbox(), mapping))));
    answered
        .answer()
        .boxes()
        .forEach(
            box ->
                boxes.add(
                    box.bbox().isEmpty()
                        ? ReportBox.point(
                            box.label(), mapping.map(m -> m.point(box.point())).orElse(box.point()))
                        : ReportBox.of("box", box.label(), box(box.bbox(), mapping))));
    return boxes;
  }

  private static List<Integer> box(List<Integer> box, Optional<BoxMapping> mapping) {
    return mapping.map(m -> m.box(box)).orElse(box);
  }
}
