package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;

/** Objects of Hadoop's file systems: s3a, hdfs, local files and others. */
record HadoopStore(Configuration hadoop, SourcePolicy policy) implements Store {
  /** What an array may have in every JVM. */
  private static final int MOST_AT_ONCE = Integer.MAX_VALUE - 8;

  @Override
  public Fetcher.Found find(String uri) throws IOException {
    Path path = allowed(uri);
    FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
    if (status.isDirectory()) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "%s is a folder, not a file".formatted(ShownUri.inMessage(uri)));
    }
    return Fetcher.Found.of(uri, status);
  }

  @Override
  public byte[] head(Fetcher.Found found, int most, Patience patience) throws IOException {
    return range(found, 0, (int) Math.min(found.length(), most), patience);
  }

  @Override
  public byte[] read(Fetcher.Found found, Patience patience) throws IOException {
    if (found.length() > MOST_AT_ONCE) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "%,d bytes are more than can be held at once (%,d)"
              .formatted(found.length(), MOST_AT_ONCE));
    }
    return range(found, 0, (int) found.length(), patience);
  }

  @Override
  public MediaBytes open(Fetcher.Found found, Fetcher fetcher) {
    return new ObjectBytes(
        found,
        (position, count) ->
            fetcher.retried(found.uri(), patience -> range(found, position, count, patience)));
  }

  /**
   * A store with etags is asked for the object of this etag and no other; elsewhere length and time
   * are compared again when the bytes are there.
   */
  private byte[] range(Fetcher.Found found, long position, int count, Patience patience)
      throws IOException {
    Path path = allowed(found.uri());
    FileSystem store = path.getFileSystem(hadoop);
    FileStatus status = store.getFileStatus(path);
    requireSame(found, status);
    byte[] bytes = new byte[count];
    try (FSDataInputStream in = open(store, status)) {
      in.seek(position);
      fill(bytes, in, patience);
    }
    if (!(status instanceof EtagSource)) {
      requireSame(found, store.getFileStatus(path));
    }
    return bytes;
  }

  /** What is read is asked for exactly: one request, whose connection can be used again. */
  private static FSDataInputStream open(FileSystem store, FileStatus status) throws IOException {
    return FutureIO.awaitFuture(
        store
            .openFile(status.getPath())
            .withFileStatus(status)
            .opt("fs.option.openfile.read.policy", "random")
            .build());
  }

  private static void fill(byte[] bytes, FSDataInputStream in, Patience patience)
      throws IOException {
    for (int at = 0; at < bytes.length; ) {
      patience.requireTime();
      int read = in.read(bytes, at, bytes.length - at);
      if (read < 0) {
        throw new EOFException("The store gave %d of %d bytes".formatted(at, bytes.length));
      }
      at += read;
    }
  }

  private static void requireSame(Fetcher.Found found, FileStatus now)
      throws ObjectChangedException {
    if (!Fetcher.Found.of(found.uri(), now).equals(found)) {
      throw new ObjectChangedException();
    }
  }

  /** What may be opened for {@code uri}: a local file where it really is, others as they are. */
  private Path allowed(String uri) throws IOException {
    Path path = path(uri);
    URI store = store(path.toUri());
    policy.requireAllowed(store);
    if (!store.getScheme().equalsIgnoreCase("file")) {
      return path;
    }
    if (store.getRawAuthority() != null) {
      throw new IllegalArgumentException("A local file has no host");
    }
    java.nio.file.Path file = policy.resolved(java.nio.file.Path.of(path.toUri().getPath()));
    if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      // To open a pipe would wait for whoever writes into it.
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "%s is a device or a pipe, not a file".formatted(ShownUri.inMessage(uri)));
    }
    return new Path("file", null, file.toString());
  }

  /** Scheme and host: Hadoop's default file system where {@code uri} names none. */
  private URI store(URI uri) {
    if (uri.getScheme() == null && uri.getRawAuthority() != null) {
      throw new IllegalArgumentException("A host without a scheme");
    }
    URI usual = FileSystem.getDefaultUri(hadoop);
    boolean unsaid = uri.getScheme() == null || uri.getScheme().equalsIgnoreCase(usual.getScheme());
    return unsaid && uri.getRawAuthority() == null ? usual : uri;
  }

  private static Path path(String uri) {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "The URI cannot be read as a path", e);
    }
  }
}
