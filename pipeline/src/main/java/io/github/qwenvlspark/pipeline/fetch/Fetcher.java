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
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Reads objects from Hadoop's file systems and, where it is allowed, from the web. Nothing is read
 * that the settings {@code spark.qwenvl.fetch.*} do not allow. Moments of weakness of the store are
 * waited out; what remains is a typed failure. Thread-safe.
 */
public final class Fetcher {
  private static final long FIRST_PAUSE_MS = 200;

  private final MediaLimits limits;
  private final int attempts;
  private final Store hadoop;
  private final Store web;

  public Fetcher(Configuration hadoop, MediaLimits limits, FetchSettings settings) {
    SourcePolicy policy = SourcePolicy.of(settings);
    this.limits = limits;
    this.attempts = settings.attempts();
    this.hadoop = new HadoopStore(hadoop, policy);
    this.web = new WebStore(policy, limits, settings.httpTimeout());
  }

  /**
   * What the store knows of an object.
   *
   * @param fingerprint changes when the content does: the store's etag, else length and time
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
    return retried(uri, () -> store(uri).find(uri));
  }

  /**
   * Reads a whole object.
   *
   * @throws QwenVlException as {@link #find}, and TOO_LARGE before a byte is read
   */
  public byte[] read(Found found) {
    limits.requireBytes(found.length());
    return retried(found.uri(), () -> store(found.uri()).read(found));
  }

  /** An object to read from where it is needed; a failure is thrown by the read that meets it. */
  public MediaBytes open(Found found) {
    limits.requireBytes(found.length());
    return retried(found.uri(), () -> store(found.uri()).open(found, this));
  }

  /** Reads the first bytes of an object, as many as there are up to {@code most}. */
  public byte[] readHead(Found found, int most) {
    return retried(found.uri(), () -> store(found.uri()).head(found, most));
  }

  private Store store(String uri) {
    return WebStore.isWeb(uri) ? web : hadoop;
  }

  /** One read of the store. */
  interface Read<T> {
    T run() throws IOException;
  }

  /** What {@code read} gives, waiting out moments of weakness; else a typed failure. */
  <T> T retried(String uri, Read<T> read) {
    for (int attempt = 1; ; attempt++) {
      try {
        return read.run();
      } catch (FileNotFoundException | NoSuchFileException e) {
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
            "No file system for %s; its library is missing on the class path".formatted(shown(uri)),
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
        if (attempt == attempts) {
          throw new QwenVlException(
              ErrorType.TIMEOUT,
              "%s could not be read in %d attempts (%s)"
                  .formatted(shown(uri), attempts, e.getClass().getSimpleName()),
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

  /** A URI may carry credentials before the host or, on the web, behind a ?: never shown. */
  static String shown(String uri) {
    try {
      String plain = WebStore.isWeb(uri) ? uri.replaceFirst("(?s)[?#].*", "") : uri;
      URI parsed = new Path(plain).toUri();
      return parsed.getUserInfo() == null
          ? plain
          : plain.replace(parsed.getRawUserInfo() + "@", "");
    } catch (IllegalArgumentException e) {
      return "The object";
    }
  }
}
