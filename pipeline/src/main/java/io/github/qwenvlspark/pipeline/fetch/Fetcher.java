package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Reads objects from Hadoop's file systems and, where it is allowed, from the web. Nothing is read
 * that the settings {@code spark.qwenvl.fetch.*} do not allow. Moments of weakness of the store are
 * waited out; what remains is a typed failure. Thread-safe.
 */
public final class Fetcher {
  private final MediaLimits limits;
  private final int attempts;
  private final Duration timeout;
  private final Store hadoop;
  private final Store web;

  public Fetcher(Configuration hadoop, MediaLimits limits, FetchSettings settings) {
    SourcePolicy policy = SourcePolicy.of(settings);
    this.limits = limits;
    this.attempts = settings.attempts();
    this.timeout = settings.timeout();
    this.hadoop = new HadoopStore(hadoop, policy);
    this.web = new WebStore(policy, limits, settings.httpTimeout());
  }

  /**
   * What the store knows of an object.
   *
   * @param fingerprint changes when the content does: the store's etag, else length and time. A
   *     read of an object that has another one by then ends as CHANGED
   */
  public record Found(String uri, long length, String fingerprint) {
    /** What a look-up or a listing of Hadoop's file systems says; both give one fingerprint. */
    public static Found of(String uri, FileStatus status) {
      String fingerprint =
          status instanceof EtagSource source && source.getEtag() != null
              ? "etag:" + source.getEtag()
              : "length:%d,modified:%d".formatted(status.getLen(), status.getModificationTime());
      return new Found(uri, status.getLen(), fingerprint);
    }
  }

  /**
   * Looks an object up.
   *
   * @throws QwenVlException NOT_FOUND; ACCESS_DENIED by the store, or by {@code
   *     spark.qwenvl.fetch.schemes}, {@code roots} or {@code buckets}; UNSUPPORTED_MEDIA for a
   *     folder or a scheme without a file system; TIMEOUT where the store keeps failing
   */
  public Found find(String uri) {
    return retried(uri, patience -> store(uri).find(uri));
  }

  /**
   * Reads a whole object.
   *
   * @throws QwenVlException as {@link #find}; TOO_LARGE before a byte is read; CHANGED if it is not
   *     what was found any more
   */
  public byte[] read(Found found) {
    limits.requireBytes(found.length());
    return retried(found.uri(), patience -> store(found.uri()).read(found, patience));
  }

  /** An object to read from where it is needed; a failure is thrown by the read that meets it. */
  public MediaBytes open(Found found) {
    limits.requireBytes(found.length());
    return retried(found.uri(), patience -> store(found.uri()).open(found, this));
  }

  /** Reads the first bytes of an object, as many as there are up to {@code most}. */
  public byte[] readHead(Found found, int most) {
    return retried(found.uri(), patience -> store(found.uri()).head(found, most, patience));
  }

  private Store store(String uri) {
    return WebStore.isWeb(uri) ? web : hadoop;
  }

  /** One attempt at a read of the store. */
  interface Read<T> {
    T run(Patience patience) throws IOException;
  }

  /** What {@code read} gives, waiting out moments of weakness; else a typed failure. */
  <T> T retried(String uri, Read<T> read) {
    Patience patience = new Patience(attempts, timeout, System::nanoTime);
    while (true) {
      try {
        return read.run(patience);
      } catch (IllegalArgumentException e) {
        throw failure(
            ErrorType.INVALID_REQUEST, uri, "%s names no object of its store", patience, e);
      } catch (IOException e) {
        Optional<QwenVlException> lasting = lasting(uri, patience, e);
        if (lasting.isPresent()) {
          throw lasting.get();
        }
        int made = patience.attempt();
        long pauseMs = patience.pauseMs();
        if (pauseMs < 0) {
          throw new QwenVlException(
              ErrorType.TIMEOUT,
              "%s could not be read in %d attempts (%s)"
                  .formatted(ShownUri.inMessage(uri), made, e.getClass().getSimpleName()),
              made,
              e);
        }
        pause(pauseMs);
      }
    }
  }

  /** What asking again would not mend. */
  private static Optional<QwenVlException> lasting(String uri, Patience patience, IOException e) {
    // Two by name: the classes are s3a's own, and a cluster may have no s3a.
    String name = e.getClass().getSimpleName();
    if (e instanceof ObjectChangedException || name.equals("RemoteFileChangedException")) {
      return Optional.of(
          failure(
              ErrorType.CHANGED,
              uri,
              "%s has changed since it was planned; the next run reads what it is now",
              patience,
              e));
    }
    if (name.equals("UnknownStoreException")) {
      return Optional.of(
          failure(ErrorType.NOT_FOUND, uri, "%s is in a bucket that does not exist", patience, e));
    }
    if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
      return Optional.of(failure(ErrorType.NOT_FOUND, uri, "%s does not exist", patience, e));
    }
    if (e instanceof AccessControlException || e instanceof AccessDeniedException) {
      return Optional.of(
          failure(
              ErrorType.ACCESS_DENIED,
              uri,
              "%s may not be read with these credentials",
              patience,
              e));
    }
    if (e instanceof UnsupportedFileSystemException) {
      return Optional.of(
          failure(
              ErrorType.UNSUPPORTED_MEDIA,
              uri,
              "No file system for %s; its library is missing on the class path",
              patience,
              e));
    }
    return Optional.empty();
  }

  private static QwenVlException failure(
      ErrorType type, String uri, String what, Patience patience, Exception cause) {
    return new QwenVlException(
        type, what.formatted(ShownUri.inMessage(uri)), patience.attempt(), cause);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QwenVlException(ErrorType.TIMEOUT, "Interrupted while waiting for the store", e);
    }
  }
}
