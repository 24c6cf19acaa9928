package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Reads objects through Hadoop's file systems (s3a, local and others). Moments of weakness of the
 * store are waited out; what remains is a typed failure. Thread-safe.
 */
public final class Fetcher {
  private static final long FIRST_PAUSE_MS = 200;

  private final Configuration hadoop;
  private final MediaLimits limits;
  private final FetchSettings settings;

  public Fetcher(Configuration hadoop, MediaLimits limits, FetchSettings settings) {
    this.hadoop = hadoop;
    this.limits = limits;
    this.settings = settings;
  }

  /**
   * What the store knows of an object.
   *
   * @param fingerprint changes when the content does: the store's etag, else length and time
   */
  public record Found(String uri, long length, String fingerprint) {}

  /**
   * Looks an object up.
   *
   * @throws QwenVlException NOT_FOUND, ACCESS_DENIED, UNSUPPORTED_MEDIA for a folder or an unknown
   *     scheme, TIMEOUT where the store keeps failing
   */
  public Found find(String uri) {
    return retried(
        uri,
        () -> {
          Path path = path(uri);
          FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
          if (status.isDirectory()) {
            throw new QwenVlException(
                ErrorType.UNSUPPORTED_MEDIA, "%s is a folder, not a file".formatted(shown(uri)));
          }
          return new Found(uri, status.getLen(), fingerprint(status));
        });
  }

  private static String fingerprint(FileStatus status) {
    if (status instanceof EtagSource source && source.getEtag() != null) {
      return "etag:" + source.getEtag();
    }
    return "length:%d,modified:%d".formatted(status.getLen(), status.getModificationTime());
  }

  /**
   * Reads a whole object.
   *
   * @throws QwenVlException as {@link #find}, and TOO_LARGE before a byte is read
   */
  public byte[] read(Found found) {
    limits.requireBytes(found.length());
    return readRange(found, 0, Math.toIntExact(found.length()));
  }

  /** An object to read from where it is needed; a failure is thrown by the read that meets it. */
  public MediaBytes open(Found found) {
    limits.requireBytes(found.length());
    return new ObjectBytes(this, found);
  }

  /** Reads the first bytes of an object, as many as there are up to {@code most}. */
  public byte[] readHead(Found found, int most) {
    return readRange(found, 0, (int) Math.min(found.length(), most));
  }

  /** Reads {@code count} bytes from {@code position} on; the object has them. */
  byte[] readRange(Found found, long position, int count) {
    return retried(
        found.uri(),
        () -> {
          Path path = path(found.uri());
          try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
            byte[] bytes = new byte[count];
            in.readFully(position, bytes);
            return bytes;
          }
        });
  }

  private static Path path(String uri) {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "The URI cannot be read as a path", e);
    }
  }

  /** One read of the store. */
  private interface Read<T> {
    T run() throws IOException;
  }

  private <T> T retried(String uri, Read<T> read) {
    for (int attempt = 1; ; attempt++) {
      try {
        return read.run();
      } catch (FileNotFoundException e) {
        throw new QwenVlException(
            ErrorType.NOT_FOUND, "%s does not exist".formatted(shown(uri)), e);
      } catch (AccessControlException | AccessDeniedException e) {
        throw new QwenVlException(
            ErrorType.ACCESS_DENIED,
            "%s may not be read with these credentials".formatted(shown(uri)),
            e);
      } catch (UnsupportedFileSystemException e) {
        throw new QwenVlException(
            ErrorType.UNSUPPORTED_MEDIA,
            "No file system for %s; s3a://, file:// and hdfs:// are usual".formatted(shown(uri)),
            e);
      } catch (IllegalArgumentException e) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST, "%s names no object of its store".formatted(shown(uri)), e);
      } catch (IOException e) {
        // By name: the class is s3a's own, and a cluster may have no s3a.
        if (e.getClass().getSimpleName().equals("UnknownStoreException")) {
          throw new QwenVlException(
              ErrorType.NOT_FOUND,
              "%s is in a bucket that does not exist".formatted(shown(uri)),
              e);
        }
        if (attempt == settings.attempts()) {
          throw new QwenVlException(
              ErrorType.TIMEOUT,
              "%s could not be read in %d attempts (%s)"
                  .formatted(shown(uri), settings.attempts(), e.getClass().getSimpleName()),
              e);
        }
        pause(FIRST_PAUSE_MS << (attempt - 1));
      }
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(ErrorType.TIMEOUT, "Interrupted while waiting for the store", e);
    }
  }

  /** A URI may carry credentials before the host: they are never shown. */
  private static String shown(String uri) {
    try {
      URI parsed = new Path(uri).toUri();
      return parsed.getUserInfo() == null ? uri : uri.replace(parsed.getRawUserInfo() + "@", "");
    } catch (IllegalArgumentException e) {
      return "The object";
    }
  }
}
