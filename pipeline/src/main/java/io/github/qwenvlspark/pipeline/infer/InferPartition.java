package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.runtime.InferenceEngine;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Planned rows in, one outcome row each out. Travels to executors, so it holds options and never a
 * model.
 */
public final class InferPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final InferOptions options;
  private final LongAccumulator done;
  private final LongAccumulator failed;

  private InferPartition(InferOptions options, LongAccumulator done, LongAccumulator failed) {
    this.options = options;
    this.done = done;
    this.failed = failed;
  }

  /** The results of a plan; {@code done} and {@code failed} count rows while they come. */
  public static Dataset<Row> apply(
      Dataset<Row> plan, InferOptions options, LongAccumulator done, LongAccumulator failed) {
    return plan.mapPartitions(
        new InferPartition(options, done, failed), Encoders.row(ResultsTable.SCHEMA));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator(); // and no model is opened
    }
    InferenceEngine engine = ExecutorEngine.get(options);
    MediaReader media =
        new MediaReader(
            new Fetcher(
                options.hadoop().value(),
                options.settings().media(),
                options.settings().fetchAttempts()),
            options.settings().media(),
            options.settings().engine().alternatives(),
            options.settings().pdfDpi());
    RowInference inference =
        new RowInference(
            engine,
            media,
            options.tasks(),
            options.settings().prompt(),
            options.settings().requestTimeout());
    InFlight<PlannedRow, RowOutcome> outcomes =
        new InFlight<>(
            mapped(rows, PlannedRow::fromRow), options.settings().maxInFlight(), inference::submit);
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              outcomes.cancel();
              media.close();
            });
    OutcomeRow outcomeRow = new OutcomeRow(options, engine.model());
    return mapped(outcomes, outcome -> count(outcomeRow.of(outcome), outcome));
  }

  private Row count(Row row, RowOutcome outcome) {
    done.add(1);
    if (outcome instanceof RowOutcome.Failed) {
      failed.add(1);
    }
    return row;
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
