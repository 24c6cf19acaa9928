package io.github.qwenvlspark.pipeline.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.xxhash64;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.etl.Answers;
import io.github.qwenvlspark.pipeline.etl.Comparison;
import io.github.qwenvlspark.pipeline.etl.EtlSource;
import io.github.qwenvlspark.pipeline.etl.FailuresTable;
import io.github.qwenvlspark.pipeline.etl.PendingDocuments;
import io.github.qwenvlspark.pipeline.etl.TypedTable;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.pipeline.write.Tally;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.storage.StorageLevel;

/**
 * Keeps a typed table what its source is: what an earlier run left over, what the stream tells of,
 * what a comparison finds. A run that was stopped anywhere is finished by the next one, and one
 * that finds nothing new changes nothing.
 *
 * <p>No step needs a transaction with another: a step that is done again finds its answers in
 * {@code results} and its rows in the tables.
 */
public final class EtlJob {
  private final SparkSession spark;
  private final ModelAccess models;
  private final Progress progress;
  private final Consumer<EtlStep> done;

  public EtlJob(SparkSession spark, ModelAccess models, Progress progress) {
    this(spark, models, progress, step -> {});
  }

  /** Tells after each step, so that a test can stop there. */
  EtlJob(SparkSession spark, ModelAccess models, Progress progress, Consumer<EtlStep> done) {
    this.spark = spark;
    this.models = models;
    this.progress = progress;
    this.done = done;
  }

  /**
   * Runs until nothing new is left.
   *
   * @throws BadRequestException if settings, model, task, source or table cannot be used
   */
  public EtlSummary run(EtlRequest request, Settings settings) {
    return new Extraction(request, settings).run();
  }

  /** One run. Confined to its thread and the stream's, one after the other. */
  private final class Extraction {
    private final Instant started = Instant.now();
    private final EtlRequest request;
    private final Settings settings;
    private final EtlSource source;
    private final TypedTable table;
    private final FailuresTable failures;
    private final PendingDocuments pending;
    private Tally tally = Tally.NONE;
    private long known;

    Extraction(EtlRequest request, Settings settings) {
      this.request = request;
      this.settings = settings;
      this.source = EtlSource.of(spark, request.run().manifest(), request.task());
      this.table =
          new TypedTable(spark, request.location(), request.fields(), request.conventions());
      this.failures = new FailuresTable(spark, request.failures());
      this.pending = new PendingDocuments(spark, request.bookkeeping() + "/pending");
    }

    EtlSummary run() {
      try (JobLabel label = new JobLabel(spark.sparkContext())) {
        label.say("preparing the tables of " + request.table());
        table.prepare();
        failures.prepare();
        label.say("going on with what the last run of %s left".formatted(request.table()));
        finishPending();
        label.say("looking for documents that arrived for " + request.table());
        stream();
        done.accept(EtlStep.STREAMED);
        label.say("comparing %s with its source".formatted(request.table()));
        compare();
        finishPending();
        label.say("counting the rows of " + request.table());
        return summary();
      }
    }

    private void finishPending() {
      if (pending.exist()) {
        lookAt(pending.read());
        pending.forget();
      }
    }

    private void stream() {
      try {
        source
            .arriving(request.maxFiles())
            .writeStream()
            .queryName("etl " + request.table())
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", request.bookkeeping() + "/" + source.stream())
            .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> lookAt(here(batch)))
            .start()
            .awaitTermination();
      } catch (TimeoutException | StreamingQueryException e) {
        throw new IllegalStateException(
            "The stream over %s stopped; a rerun goes on from there"
                .formatted(request.run().manifest()),
            e);
      }
    }

    /** A batch lives in a session of the stream's, which may not be mixed with ours. */
    private Dataset<Row> here(Dataset<Row> batch) {
      return spark
          .createDataFrame(batch.toJavaRDD(), batch.schema())
          .withColumn(Comparison.PRESENT, lit(true));
    }

    private void compare() {
      Dataset<Row> present = source.present();
      requireBelievable(present);
      Dataset<Row> found =
          Comparison.of(present, table.read(), failures.read(), started, request.extent())
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        if (!found.isEmpty()) {
          pending.write(found);
          done.accept(EtlStep.COMPARED);
        }
      } finally {
        found.unpersist();
      }
    }

    private void requireBelievable(Dataset<Row> present) {
      if (request.emptied() == EtlRequest.Emptied.REFUSED && present.isEmpty()) {
        long alive = table.read().where(col("deleted_at").isNull()).count();
        if (alive > 0) {
          throw new BadRequestException(
              "%s holds no documents, and %d rows of %s would be marked as deleted; if it is true, say --allow-empty"
                  .formatted(request.run().manifest(), alive, request.table()));
        }
      }
    }

    /** Looks at documents ({@code uri, present}), at most so many at once. */
    private void lookAt(Dataset<Row> documents) {
      Dataset<Row> distinct = documents.distinct().persist(StorageLevel.MEMORY_AND_DISK());
      try (JobLabel label = new JobLabel(spark.sparkContext())) {
        label.say("counting the documents to look at for " + request.table());
        long count = distinct.count();
        long turns = (count + request.maxFiles() - 1) / request.maxFiles();
        for (long turn = 0; turn < turns; turn++) {
          Column ours = pmod(xxhash64(col("uri")), lit(turns)).equalTo(turn);
          lookAtOnce(turns == 1 ? distinct : distinct.where(ours));
        }
      } finally {
        distinct.unpersist();
      }
    }

    private void lookAtOnce(Dataset<Row> documents) {
      Dataset<Row> uris = documents.select("uri").distinct();
      Dataset<Row> rows = source.rowsOf(documents.where(Comparison.PRESENT).select("uri"));
      if (rows.isEmpty()) {
        merge(spark.createDataFrame(List.of(), ResultsTable.SCHEMA), uris);
      } else {
        Run run =
            new RunJob(spark, models, progress)
                .run(rows, request.run(), settings, answers -> merge(answers, uris));
        tally = tally.plus(run.tally());
        known += run.skipped();
      }
      done.accept(EtlStep.LOOKED_AT);
    }

    private void merge(Dataset<Row> answers, Dataset<Row> uris) {
      done.accept(EtlStep.ANSWERED);
      Dataset<Row> parts =
          Answers.onePerPart(answers)
              .withColumn("document_fingerprint", col("document.fingerprint"))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try (JobLabel label = new JobLabel(spark.sparkContext())) {
        label.say("bringing answers into " + request.table());
        failures.merge(parts, uris);
        done.accept(EtlStep.FAILURES_MERGED);
        table.merge(parts, uris);
        done.accept(EtlStep.ROWS_MERGED);
      } finally {
        parts.unpersist();
      }
    }

    private EtlSummary summary() {
      Column alive = col("deleted_at").isNull();
      Row counts =
          table
              .read()
              .agg(
                  count_if(alive),
                  count_if(alive.and(size(col("_problems")).gt(0))),
                  count_if(col("deleted_at").isNotNull()))
              .first();
      return new EtlSummary(
          request.table(),
          tally,
          known,
          counts.getLong(0),
          counts.getLong(1),
          counts.getLong(2),
          failures.read().count());
    }
  }
}
