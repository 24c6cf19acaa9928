package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Whether tables can be written: a probe is created, read, refused a second time and deleted. The
 * store's time of the probe tells whether the clocks agree. Says the kind of a failure alone:
 * messages may hold secrets.
 */
record OutputCheck(String output, Configuration hadoop) implements Check {
  private static final String NAME = "output";

  /** Stores refuse requests that were signed at another time than theirs. */
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);

  private static final Duration NOTABLE_SKEW = Duration.ofSeconds(30);

  @Override
  public List<Finding> look() {
    try {
      Path folder = new Path(output);
      FileSystem store = folder.getFileSystem(hadoop);
      boolean there = store.exists(folder);
      Path probe = new Path(folder, "_qwenvl-doctor-" + UUID.randomUUID());
      try {
        return List.of(probed(store, probe), clock(store, probe));
      } finally {
        store.delete(probe, false);
        if (!there) {
          store.delete(folder, false); // refuses if somebody wrote there meanwhile
        }
      }
    } catch (AccessDeniedException | org.apache.hadoop.security.AccessControlException e) {
      return List.of(
          Finding.bad(NAME, "access is denied: allow put, get, list and delete below --output"));
    } catch (IOException | RuntimeException e) {
      return List.of(
          Finding.bad(
              NAME,
              "cannot be written to (%s): look at the path, the store's jar and its credentials"
                  .formatted(StoreCheck.rootOf(e).getClass().getName())));
    }
  }

  private Finding probed(FileSystem store, Path probe) throws IOException {
    create(store, probe);
    try (FSDataInputStream in = store.open(probe)) {
      if (in.readAllBytes().length == 0) {
        return Finding.bad(NAME, "the store gives back other bytes than were written");
      }
    }
    try {
      create(store, probe);
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return Finding.good(
          NAME, "%s: written, read, not overwritten, deleted".formatted(store.getScheme()));
    }
    return Finding.bad(
        NAME, "the store overwrites what exists: two runs could damage a table (docs/storage.md)");
  }

  private void create(FileSystem store, Path probe) throws IOException {
    if (store.getScheme().equals("s3a")) {
      Iterator<String> line = List.of(probe.getName()).iterator();
      new S3ConditionalLogStore(hadoop).write(probe, line, false, hadoop);
    } else {
      try (FSDataOutputStream out = store.create(probe, false)) {
        out.write(probe.getName().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static Finding clock(FileSystem store, Path probe) throws IOException {
    long here = System.currentTimeMillis();
    return clock(Duration.ofMillis(store.getFileStatus(probe).getModificationTime() - here));
  }

  /** What a difference between the store's clock and ours means. */
  static Finding clock(Duration skew) {
    Duration size = skew.abs();
    String detail = "the store's differs by %d s from this machine's".formatted(size.toSeconds());
    if (size.compareTo(MOST_SKEW) > 0) {
      return Finding.bad("clock", detail + "; stores refuse requests then: run NTP or chrony");
    }
    return size.compareTo(NOTABLE_SKEW) > 0
        ? Finding.note("clock", detail + "; run NTP or chrony")
        : Finding.good("clock", detail);
  }
}
