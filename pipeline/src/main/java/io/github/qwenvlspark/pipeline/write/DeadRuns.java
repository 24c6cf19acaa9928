package io.github.qwenvlspark.pipeline.write;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;

/**
 * What runs left that did not come to their end: folders below {@code _staging} in which nothing
 * has changed for long.
 */
public record DeadRuns(FileSystem store, List<Path> folders) {

  /** Those whose last sign of life, by this machine's clock, is {@code silence} ago or longer. */
  public static DeadRuns of(SparkSession spark, OutputFolder output, Duration silence) {
    Path root = new Path(output.staging());
    try {
      FileSystem store = root.getFileSystem(spark.sessionState().newHadoopConf());
      long since = System.currentTimeMillis() - silence.toMillis();
      List<Path> dead = new ArrayList<>();
      for (FileStatus run : runs(store, root)) {
        if (lastSign(store, run) <= since) {
          dead.add(run.getPath());
        }
      }
      return new DeadRuns(store, List.copyOf(dead));
    } catch (IOException e) {
      throw unreachable(root, e);
    }
  }

  private static FileStatus[] runs(FileSystem store, Path root) throws IOException {
    try {
      return store.listStatus(root);
    } catch (FileNotFoundException e) {
      return new FileStatus[0]; // no run has left anything
    }
  }

  private static long lastSign(FileSystem store, FileStatus run) throws IOException {
    long last = run.getModificationTime();
    RemoteIterator<LocatedFileStatus> files = store.listFiles(run.getPath(), true);
    while (files.hasNext()) {
      last = Math.max(last, files.next().getModificationTime());
    }
    return last;
  }

  /** Removes their folders unless {@code dryRun}, and gives the ids of the runs, sorted. */
  public List<String> remove(boolean dryRun) {
    for (Path folder : dryRun ? List.<Path>of() : folders) {
      try {
        store.delete(folder, true);
      } catch (IOException e) {
        throw unreachable(folder, e);
      }
    }
    return folders.stream().map(Path::getName).sorted().toList();
  }

  private static BadRequestException unreachable(Path path, IOException e) {
    return new BadRequestException(
        "Cannot look after %s (%s)".formatted(path, e.getClass().getSimpleName()), e);
  }
}
