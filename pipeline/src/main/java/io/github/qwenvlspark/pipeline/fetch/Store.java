package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.media.MediaBytes;
import java.io.IOException;

/**
 * Where objects lie. Every method checks the {@link SourcePolicy} first, and every read that the
 * object is still the one that was found. Thread-safe.
 */
sealed interface Store permits HadoopStore, WebStore {
  /** Looks an object up. */
  Fetcher.Found find(String uri) throws IOException;

  /** The first bytes of an object, as many as there are up to {@code most}. */
  byte[] head(Fetcher.Found found, int most, Patience patience) throws IOException;

  /** A whole object. */
  byte[] read(Fetcher.Found found, Patience patience) throws IOException;

  /** An object to read from where it is needed. */
  MediaBytes open(Fetcher.Found found, Fetcher fetcher) throws IOException;
}
