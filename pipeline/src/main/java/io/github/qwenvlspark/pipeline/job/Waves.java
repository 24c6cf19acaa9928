package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.infer.InferOptions;
import io.github.qwenvlspark.pipeline.infer.InferPartition;
import io.github.qwenvlspark.pipeline.infer.RunCounters;
import io.github.qwenvlspark.pipeline.plan.Buckets;
import io.github.qwenvlspark.pipeline.write.ResultsCommit;
import io.github.qwenvlspark.pipeline.write.Staging;
import io.github.qwenvlspark.pipeline.write.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a plan wave by wave: the buckets of a wave are read by Spark tasks into a staging table,
 * which one commit brings into the results. Three waves are on their way at a time, so that the
 * engines have work while Spark waits for the last tasks of a wave and for its commit.
 */
final class Waves implements AutoCloseable {
  /** Where an application schedules fairly, commits do not wait behind whole waves. */
  private static final String POOL = "spark.scheduler.pool";

  private final SparkSession spark;
  private final Staging staging;
  private final ResultsCommit results;
  private final InferOptions options;
  private final RunCounters counters;
  private final ExecutorService asking =
      Executors.newFixedThreadPool(WavePace.AT_A_TIME, Waves::thread);
  private final ExecutorService committing = Executors.newSingleThreadExecutor(Waves::thread);
  private final Semaphore free = new Semaphore(WavePace.AT_A_TIME);
  private final AtomicInteger done = new AtomicInteger();
  private final List<CompletableFuture<Tally>> waves = new ArrayList<>();

  Waves(
      SparkSession spark,
      Staging staging,
      ResultsCommit results,
      InferOptions options,
      RunCounters counters) {
    this.spark = spark;
    this.staging = staging;
    this.results = results;
    this.options = options;
    this.counters = counters;
  }

  /**
   * Reads and commits all.
   *
   * @param plan with the column {@link Buckets#BUCKET}; where there is more than one wave, the same
   *     rows whenever it is read
   * @param pace that has given nothing yet
   * @return what was read and then left out, since another run had committed it meanwhile
   * @throws RuntimeException what ended a wave; those committed before stay
   */
  Tally ask(Dataset<Row> plan, WavePace pace, int buckets) {
    long start = System.nanoTime();
    for (int first = 0; first < buckets && !failed(); ) {
      free.acquireUninterruptibly();
      int size =
          pace.next(buckets - first, done.get(), Duration.ofNanos(System.nanoTime() - start));
      begin(plan, first, first + size);
      first += size;
    }
    try {
      return waves.stream().map(CompletableFuture::join).reduce(Tally.NONE, Tally::plus);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private boolean failed() {
    return waves.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  private void begin(Dataset<Row> plan, int first, int last) {
    int wave = waves.size() + 1;
    String name = "wave-%06d".formatted(waves.size());
    String what = "wave %d, buckets %d to %d".formatted(wave, first, last - 1);
    waves.add(
        CompletableFuture.runAsync(
                () -> {
                  describe(wave, "reading " + what, "qwenvl-read");
                  read(name, Buckets.partitions(plan, first, last));
                },
                asking)
            .thenApplyAsync(
                unused -> {
                  describe(wave, "committing " + what, "qwenvl-commit");
                  return commit(name);
                },
                committing)
            .whenComplete(
                (tally, failure) -> {
                  done.addAndGet(last - first);
                  free.release();
                }));
  }

  private void read(String name, Dataset<Row> requests) {
    Dataset<Row> unused = staging.keep(name, InferPartition.apply(requests, options, counters));
  }

  private Tally commit(String name) {
    Tally others = results.commit(staging.location(name));
    staging.drop(name);
    return others;
  }

  /** The threads are this object's own, and end with it: nothing is brought back. */
  private void describe(int wave, String what, String pool) {
    SparkContext context = spark.sparkContext();
    context.setJobGroup(options.runId(), "qwenvl: " + what, false);
    context.setLocalProperty(POOL, pool);
    LogField.RUN.set(context, options.runId());
    LogField.WAVE.set(context, Integer.toString(wave));
  }

  /** Ends what still runs, as it does behind a failed wave. */
  @Override
  public void close() {
    asking.shutdownNow();
    committing.shutdownNow();
    if (!waves.stream().allMatch(CompletableFuture::isDone)) {
      spark.sparkContext().cancelJobGroup(options.runId());
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "qwenvl-wave");
    thread.setDaemon(true);
    return thread;
  }
}
