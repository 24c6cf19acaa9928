package io.github.qwenvlspark.pipeline.write;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Delta's log in S3, safe for any number of drivers: a commit is one PUT that the store refuses
 * where the version is there already ({@code If-None-Match: *}), so two drivers never take the same
 * version. Delta's own store for {@code s3a} locks within one driver only.
 *
 * <p>The answer to a PUT may get lost after it took effect. Whoever then meets the version compares
 * it with what it wrote itself: commits name their transaction and their files by random ids, so
 * equal bytes are its own commit.
 *
 * <p>A store that does not know the header may answer as if all were well. So the first commit to a
 * bucket proves with a small object that a second PUT is refused; where it is not, nothing is ever
 * written.
 *
 * <p>Delta makes it by {@code spark.delta.logStore.s3a.impl}. Thread-safe.
 */
public final class S3ConditionalLogStore extends HadoopFileSystemLogStore {
  /** Also the name of the path capability; Hadoop 3.4.2 and later. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private static final String WHAT_NOW =
      "several drivers cannot commit there safely; use a store with conditional writes, or set "
          + "spark.delta.logStore.s3a.impl=io.delta.storage.S3SingleDriverLogStore and never run "
          + "two jobs on one output folder at a time (docs/storage.md)";

  /**
   * S3 answers so while another conditional PUT of the same key is under way; in these words, since
   * the classes differ from one generation of its SDK to the next.
   */
  private static final String CONFLICT = "Status Code: 409";

  private static final int TRIES = 10;
  private static final long FIRST_PAUSE_MS = 50;

  private final Set<URI> proven = ConcurrentHashMap.newKeySet();

  /** The store does not refuse to create what exists. Its message says what to do. */
  public static final class UnsafeStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    private UnsafeStoreException(Path log, String why) {
      super("Cannot commit to %s: %s: %s".formatted(log, why, WHAT_NOW));
    }
  }

  /** Called by Delta, by reflection. */
  public S3ConditionalLogStore(Configuration hadoop) {
    super(hadoop);
  }

  /**
   * Writes a file of the log.
   *
   * @throws FileAlreadyExistsException if the file was there, written by another; never with {@code
   *     overwrite}
   * @throws UnsafeStoreException if the store does not know conditional writes
   * @throws IOException if the store cannot do it
   */
  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
      throws IOException {
    FileSystem store = path.getFileSystem(hadoop);
    byte[] commit = bytes(actions);
    if (overwrite) {
      put(store.create(path, true), commit);
      return;
    }
    requireConditions(store, path.getParent());
    create(store, path, commit);
  }

  private static void create(FileSystem store, Path path, byte[] commit) throws IOException {
    long pause = FIRST_PAUSE_MS;
    for (int attempt = 1; ; attempt++) {
      try {
        putIfAbsent(store, path, commit);
        return;
      } catch (IOException e) {
        Optional<byte[]> there = read(store, path);
        if (there.isPresent()) {
          if (Arrays.equals(there.get(), commit)) {
            return; // ours, only the answer was lost
          }
          throw alreadyThere(path, e);
        }
        if (!isConflict(e) || attempt == TRIES) {
          throw e;
        }
      }
      sleep(pause);
      pause *= 2;
    }
  }

  private static FileAlreadyExistsException alreadyThere(Path path, IOException cause) {
    FileAlreadyExistsException there = new FileAlreadyExistsException(path.toString());
    there.initCause(cause);
    return there;
  }

  private static boolean isConflict(IOException e) {
    return String.valueOf(e.getMessage()).contains(CONFLICT);
  }

  /** Once for each file system that this log store sees. */
  private void requireConditions(FileSystem store, Path log) throws IOException {
    if (proven.contains(store.getUri())) {
      return;
    }
    if (!store.hasPathCapability(log, CONDITIONAL)) {
      throw new UnsafeStoreException(
          log,
          "its file system offers no conditional create (Hadoop before 3.4.2, or fs.s3a.create.conditional.enabled=false)");
    }
    Path probe = new Path(log, ".conditional-create-" + UUID.randomUUID());
    putIfAbsent(store, probe, new byte[] {'1'});
    try {
      putIfAbsent(store, probe, new byte[] {'2'});
    } catch (IOException refused) {
      if (read(store, probe).filter(bytes -> bytes[0] == '1').isEmpty()) {
        throw refused;
      }
      proven.add(store.getUri());
    } finally {
      store.delete(probe, false);
    }
    if (!proven.contains(store.getUri())) {
      throw new UnsafeStoreException(
          log, "the store overwrote an object in spite of If-None-Match");
    }
  }

  private static void putIfAbsent(FileSystem store, Path path, byte[] bytes) throws IOException {
    FSDataOutputStreamBuilder<?, ?> file = store.createFile(path).overwrite(true);
    put(file.must(CONDITIONAL, true).build(), bytes);
  }

  /** What is written becomes visible when the stream is closed, so a half commit is not closed. */
  private static void put(FSDataOutputStream stream, byte[] bytes) throws IOException {
    try {
      stream.write(bytes);
    } catch (IOException e) {
      if (stream.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        stream.abort();
      }
      throw e;
    }
    stream.close();
  }

  private static Optional<byte[]> read(FileSystem store, Path path) throws IOException {
    try (FSDataInputStream in = store.open(path)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(Iterator<String> actions) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      bytes.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  private static void sleep(long ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a commit waited for another");
    }
  }

  /** An object appears when it is whole. */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
    return false;
  }
}
