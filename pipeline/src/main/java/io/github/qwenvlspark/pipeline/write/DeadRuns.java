package io.github.qwenvlspark.pipeline.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs left that did not come to their end: folders below {@code _staging} whose runs have
 * been silent for longer than a run that is alive. Each run is judged by the interval that it gave
 * itself, whoever looks.
 */
public record DeadRuns(FileSystem store, List<Path> folders) {
  private static final Logger LOG = LoggerFactory.getLogger(DeadRuns.class);

  public DeadRuns {
    folders = List.copyOf(folders);
  }

  /**
   * Those that are dead by this machine's clock.
   *
   * @param leastSilence for which a run is left alone, whatever its interval
   */
  public static DeadRuns of(SparkSession spark, OutputFolder output, Duration leastSilence) {
    Path root = new Path(output.staging());
    try {
      FileSystem store = root.getFileSystem(spark.sessionState().newHadoopConf());
      return of(store, root, Instant.now(), leastSilence);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for dead runs in " + root, e);
    }
  }

  /** Those that are dead if it is {@code now} by the clock of the store. */
  static DeadRuns of(FileSystem store, Path root, Instant now, Duration leastSilence)
      throws IOException {
    List<Path> dead = new ArrayList<>();
    for (FileStatus run : runs(store, root)) {
      if (SignOfLife.of(store, run).filter(sign -> sign.isOver(now, leastSilence)).isPresent()) {
        dead.add(run.getPath());
      }
    }
    return new DeadRuns(store, dead);
  }

  private static FileStatus[] runs(FileSystem store, Path root) throws IOException {
    try {
      return store.listStatus(root);
    } catch (FileNotFoundException e) {
      return new FileStatus[0]; // no run has left anything
    }
  }

  /** The ids of the runs, sorted. */
  public List<String> ids() {
    return folders.stream().map(Path::getName).sorted().toList();
  }

  /** Removes the folders. */
  public void remove() {
    for (Path folder : folders) {
      LOG.info("Removing {}: its run is dead", folder);
      try {
        store.delete(folder, true);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot remove %s of a dead run".formatted(folder), e);
      }
    }
  }
}
