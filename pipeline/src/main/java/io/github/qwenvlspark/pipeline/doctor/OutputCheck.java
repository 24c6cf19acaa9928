package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore;
import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore.UnsafeStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/**
 * Whether tables can be written: a probe is created, read, refused a second time and deleted, as
 * Delta's log would be. The store's time of the probe tells whether the clocks agree. Of failures
 * that are not ours it says the kind alone: messages may hold secrets.
 */
record OutputCheck(String output, Configuration hadoop, SparkConf conf) implements Check {
  private static final String NAME = "output";
  private static final String LOG_STORE = "spark.delta.logStore.";
  private static final String OURS = S3ConditionalLogStore.class.getName();

  /** Stores refuse requests that were signed at another time than theirs. */
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);

  private static final Duration NOTABLE_SKEW = Duration.ofSeconds(30);

  @Override
  public List<Finding> look() {
    try {
      Path folder = new Path(output);
      Path probe = new Path(folder, "_qwenvl-doctor-" + UUID.randomUUID());
      FileSystem store = probe.getFileSystem(hadoop);
      boolean there = store.exists(folder);
      try {
        return probed(store, probe);
      } finally {
        store.delete(probe, false);
        if (!there) {
          store.delete(folder, false); // refuses if somebody wrote there meanwhile
        }
      }
    } catch (UnsafeStoreException e) {
      return List.of(Finding.bad(NAME, e.getMessage()));
    } catch (AccessDeniedException | org.apache.hadoop.security.AccessControlException e) {
      return List.of(
          Finding.bad(
              NAME,
              "access is denied: look at the credentials that Hadoop finds and at this machine's clock,"
                  + " and allow put, get, list and delete below --output"));
    } catch (IOException | RuntimeException e) {
      return List.of(
          Finding.bad(
              NAME,
              "cannot be written to (%s): look at the path, the store's jar and its credentials"
                  .formatted(StoreCheck.rootOf(e).getClass().getName())));
    }
  }

  private List<Finding> probed(FileSystem store, Path probe) throws IOException {
    create(store, probe, "first");
    long here = System.currentTimeMillis();
    long there = store.getFileStatus(probe).getModificationTime();
    return List.of(kept(store, probe), clock(Duration.ofMillis(there - here)));
  }

  private Finding kept(FileSystem store, Path probe) throws IOException {
    try (FSDataInputStream in = store.open(probe)) {
      if (!new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().equals("first")) {
        return Finding.bad(NAME, "the store gives back other bytes than were written");
      }
    }
    try {
      create(store, probe, "second");
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return refused(store);
    }
    return Finding.bad(
        NAME, "the store overwrites what exists: two runs could damage a table (docs/storage.md)");
  }

  private Finding refused(FileSystem store) {
    String scheme = store.getUri().getScheme();
    String detail = scheme + ": written, read, not overwritten, deleted";
    return isS3a(store) && !isConditional(store)
        ? Finding.note(
            NAME,
            "%s; %s%s.impl is not ours, so have one run at a time there (docs/storage.md)"
                .formatted(detail, LOG_STORE, scheme))
        : Finding.good(NAME, detail);
  }

  /** As a commit would. What is not set, our commands set themselves. */
  private void create(FileSystem store, Path probe, String text) throws IOException {
    if (isConditional(store)) {
      new S3ConditionalLogStore(hadoop).write(probe, List.of(text).iterator(), false, hadoop);
    } else {
      try (FSDataOutputStream out = store.create(probe, false)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private boolean isConditional(FileSystem store) {
    return isS3a(store)
        && conf.get(LOG_STORE + "class", conf.get(LOG_STORE + "s3a.impl", OURS)).equals(OURS);
  }

  private static boolean isS3a(FileSystem store) {
    return store.getUri().getScheme().equals("s3a");
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
