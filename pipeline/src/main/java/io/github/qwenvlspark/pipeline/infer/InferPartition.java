package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.Tally;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.Occupancy;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Planned rows in, one outcome row each out. Travels to executors, so it holds options and never a
 * model.
 */
public final class InferPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final InferOptions options;
  private final Sum<Tally> tally;
  private final Sum<Occupancy> occupancy;

  public InferPartition(InferOptions options, RunCounters counters) {
    this.options = options;
    this.tally = counters.tally();
    this.occupancy = counters.occupancy();
  }

  /** The results of a plan; {@code counters} count rows while they come. */
  public static Dataset<Row> apply(Dataset<Row> plan, InferOptions options, RunCounters counters) {
    return plan.mapPartitions(
        new InferPartition(options, counters), Encoders.row(ResultsTable.ANSWERS));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return answers(mapped(rows, row -> PlannedRow.fromRow(row, options.seal())));
  }

  /** Outcomes as {@link ResultsTable#ANSWERS}, in the order in which they come. Lazy. */
  public Iterator<Row> answers(Iterator<PlannedRow> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator(); // and no model is opened
    }
    ExecutorEngine executor = ExecutorEngine.get(options);
    occupancy.add(executor.measure(options.runId()));
    Preparation preparation = new Preparation(executor.threads(), () -> inference(executor));
    TaskContext sparkTask = TaskContext.get();
    InFlight<PlannedRow, RowOutcome> outcomes =
        new InFlight<>(
            rows, options.settings().maxInFlight(), preparation::submit, sparkTask::isInterrupted);
    sparkTask.addTaskCompletionListener(
        context -> {
          outcomes.cancel();
          preparation.close();
          occupancy.add(executor.measure(options.runId()));
        });
    RunHealth health = executor.health();
    OutcomeRow outcomeRow = new OutcomeRow(options, executor.engine().model());
    return mapped(
        outcomes,
        outcome -> {
          health.saw(outcome);
          Tally counted = counted(outcome);
          tally.add(counted);
          executor.count(counted);
          return outcomeRow.of(outcome);
        });
  }

  private RowInference inference(ExecutorEngine executor) {
    RunSettings settings = options.settings();
    MediaReader media =
        new MediaReader(
            new Fetcher(options.hadoop().value(), settings.media(), settings.fetch()),
            settings,
            executor.engine()::frameFit);
    return new RowInference(
        executor.engine(),
        media,
        options.tasks(),
        settings.prompt(),
        settings.requestTimeout(),
        executor.budget());
  }

  private static Tally counted(RowOutcome outcome) {
    return outcome.fold(
        answered -> counted(1, Map.of(), Optional.of(answered.completion())),
        failed -> counted(0, Map.of(failed.type().name(), 1L), failed.completion()));
  }

  private static Tally counted(long ok, Map<String, Long> errors, Optional<Completion> completion) {
    return new Tally(
        ok,
        errors,
        completion.map(c -> (long) c.usage().promptTokens()).orElse(0L),
        completion.map(c -> (long) c.usage().completionTokens()).orElse(0L));
  }

  private static <A, B> Iterator<B> mapped(Iterator<A> source, Function<A, B> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return source.hasNext();
      }

      @Override
      public B next() {
        return function.apply(source.next());
      }
    };
  }
}
