package io.github.qwenvlspark.pipeline.write;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What tells that a run is alive: an empty file in its staging folder, such as {@code alive-PT1M},
 * which is written again and again. Its name says how often, since a run that is cut off while it
 * writes leaves the name whole, and not what is in the file.
 *
 * @param at by the clock of the store
 * @param silence for how long nothing more has to come from a run that is alive
 */
record SignOfLife(Instant at, Duration silence) {
  private static final String PREFIX = "alive-";

  /** Signs that a run may miss before it counts as dead. */
  private static final int MISSED = 15;

  /** Of a folder without such a file: it was just made, or is just being removed. */
  private static final Duration UNKNOWN = Duration.ofMinutes(15);

  /**
   * Gives one.
   *
   * @param folder of the run
   * @param every time between two of them
   * @return the file
   */
  static Path give(FileSystem store, Path folder, Duration every) throws IOException {
    Path file = new Path(folder, PREFIX + every);
    store.create(file, true).close();
    return file;
  }

  /** The last one in the folder of a run; empty if the folder is gone. */
  static Optional<SignOfLife> of(FileSystem store, FileStatus folder) throws IOException {
    try {
      Optional<FileStatus> file =
          Stream.of(store.listStatus(folder.getPath()))
              .filter(found -> found.getPath().getName().startsWith(PREFIX))
              .findFirst();
      return Optional.of(
          file.isPresent()
              ? new SignOfLife(time(file.get()), silence(file.get()))
              : new SignOfLife(newest(store, folder), UNKNOWN));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Object stores have no time of a folder, so its files count where it has some. */
  private static Instant newest(FileSystem store, FileStatus folder) throws IOException {
    Optional<Instant> newest = Optional.empty();
    RemoteIterator<LocatedFileStatus> files = store.listFiles(folder.getPath(), true);
    while (files.hasNext()) {
      Instant time = time(files.next());
      newest = Optional.of(newest.filter(time::isBefore).orElse(time));
    }
    return newest.orElse(time(folder));
  }

  private static Instant time(FileStatus file) {
    return Instant.ofEpochMilli(file.getModificationTime());
  }

  private static Duration silence(FileStatus file) {
    try {
      return Duration.parse(file.getPath().getName().substring(PREFIX.length()))
          .multipliedBy(MISSED);
    } catch (DateTimeParseException e) {
      return UNKNOWN; // somebody else's file must not stop every run
    }
  }

  /** Whether the run is dead, if it is {@code now} by the clock of the store. */
  boolean isOver(Instant now, Duration leastSilence) {
    Duration allowed = silence.compareTo(leastSilence) < 0 ? leastSilence : silence;
    return at.plus(allowed).isBefore(now);
  }
}
