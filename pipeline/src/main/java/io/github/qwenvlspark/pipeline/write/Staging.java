package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run keeps beside its tables until it is over: its plan, and answers that are not committed
 * yet. Kept as Delta tables, since of those a file counts only once its Spark task has succeeded,
 * on every store. A run gives signs of life meanwhile: what a killed one left is removed by whoever
 * comes later. Thread-safe.
 */
public final class Staging implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

  private final SparkSession spark;
  private final FileSystem store;
  private final Path folder;
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Staging::thread);

  private Staging(SparkSession spark, FileSystem store, Path folder) {
    this.spark = spark;
    this.store = store;
    this.folder = folder;
  }

  /**
   * Makes the folder of a run, and removes those of dead ones.
   *
   * @param beat time between two signs of life
   */
  public static Staging open(SparkSession spark, OutputFolder output, String runId, Duration beat) {
    Path root = new Path(output.staging());
    try {
      FileSystem store = root.getFileSystem(spark.sessionState().newHadoopConf());
      Staging staging = new Staging(spark, store, new Path(root, runId));
      Path sign = SignOfLife.give(store, staging.folder, beat);
      // By the clock of the store: those of two drivers may differ.
      Instant now = Instant.ofEpochMilli(store.getFileStatus(sign).getModificationTime());
      DeadRuns.of(store, root, now, Duration.ZERO).remove();
      ScheduledFuture<?> unused =
          staging.clock.scheduleAtFixedRate(
              () -> staging.tryToBeat(beat),
              beat.toMillis(),
              beat.toMillis(),
              TimeUnit.MILLISECONDS);
      return staging;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + root, e);
    }
  }

  private void tryToBeat(Duration beat) {
    try {
      Path unused = SignOfLife.give(store, folder, beat);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot say in {} that this run is alive: {}", folder, e.getClass().getName());
    }
  }

  /** Writes rows and gives them back as they stand there, however often they are read. */
  public Dataset<Row> keep(String name, Dataset<Row> rows) {
    // It is read whole: nobody needs statistics.
    return kept(name, rows, Map.of("delta.dataSkippingNumIndexedCols", "0"));
  }

  /** The same for rows of which a few values of {@code column} are read at a time. */
  public Dataset<Row> keepBy(String column, String name, Dataset<Row> rows) {
    return kept(
        name,
        rows.repartitionByRange(col(column)).sortWithinPartitions(column),
        Map.of("delta.dataSkippingStatsColumns", column));
  }

  private Dataset<Row> kept(String name, Dataset<Row> rows, Map<String, String> properties) {
    names.add(name);
    rows.write().format("delta").options(properties).mode("overwrite").save(location(name));
    return spark.read().format("delta").load(location(name));
  }

  /** Where the table {@code name} stands. */
  public String location(String name) {
    return new Path(folder, name).toString();
  }

  /** Removes a table that is not needed any more. */
  public void drop(String name) {
    forget(name);
    delete(new Path(folder, name));
    names.remove(name);
  }

  /** Delta keeps what it knows of a table for an hour: of a run's waves that fills the driver. */
  private void forget(String name) {
    DeltaLog.invalidateCache(spark, new Path(folder, name));
  }

  private void delete(Path path) {
    try {
      store.delete(path, true);
    } catch (IOException e) {
      // Whoever comes later removes it.
      LOG.warn("Cannot delete {}: {}", path, e.getClass().getName());
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    try {
      boolean unused = clock.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    names.forEach(this::forget);
    delete(folder);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "qwenvl-alive");
    thread.setDaemon(true);
    return thread;
  }
}
