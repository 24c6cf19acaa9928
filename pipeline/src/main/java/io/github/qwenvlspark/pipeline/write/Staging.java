package io.github.qwenvlspark.pipeline.write;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run keeps beside its tables until it is over: its plan, and answers that are not committed
 * yet. Kept as Delta tables, since of those a file counts only once its Spark task has succeeded,
 * on every store. The file {@code alive} is written again and again: what a killed run left is
 * removed by whoever comes later. Thread-safe.
 */
public final class Staging implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final String ALIVE = "alive";

  /** Beats that a run may miss before it counts as dead. */
  private static final int BEATS = 15;

  private final SparkSession spark;
  private final FileSystem store;
  private final Path folder;
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
      staging.beat();
      long now = store.getFileStatus(new Path(staging.folder, ALIVE)).getModificationTime();
      removeDead(store, root, now - beat.multipliedBy(BEATS).toMillis());
      ScheduledFuture<?> unused =
          staging.clock.scheduleAtFixedRate(
              staging::tryToBeat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
      return staging;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + root, e);
    }
  }

  /** By the clock of the store: those of two drivers may differ. */
  private static void removeDead(FileSystem store, Path root, long since) throws IOException {
    for (FileStatus run : store.listStatus(root)) {
      Path alive = new Path(run.getPath(), ALIVE);
      if (lastSign(store, run, alive) < since) {
        LOG.info("Removing {}: its run is dead", run.getPath());
        store.delete(run.getPath(), true);
      }
    }
  }

  private static long lastSign(FileSystem store, FileStatus run, Path alive) throws IOException {
    try {
      return store.getFileStatus(alive).getModificationTime();
    } catch (java.io.FileNotFoundException e) {
      return run.getModificationTime(); // just made, or just being removed
    }
  }

  private void beat() throws IOException {
    store.create(new Path(folder, ALIVE), true).close();
  }

  private void tryToBeat() {
    try {
      beat();
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
    rows.write().format("delta").options(properties).mode("overwrite").save(location(name));
    return spark.read().format("delta").load(location(name));
  }

  /** Where the table {@code name} stands. */
  public String location(String name) {
    return new Path(folder, name).toString();
  }

  /** Removes a table that is not needed any more. */
  public void drop(String name) {
    delete(new Path(folder, name));
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
    delete(folder);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "qwenvl-alive");
    thread.setDaemon(true);
    return thread;
  }
}
