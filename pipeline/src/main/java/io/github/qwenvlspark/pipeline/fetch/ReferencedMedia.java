package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Pictures and clips that a conversation names: URIs and absolute paths as they are, others from
 * the folder of the row's own URI. After {@code file://} nothing is decoded, as in the reference.
 *
 * @param uri of the manifest row; empty where it has none
 */
public record ReferencedMedia(Fetcher fetcher, String uri) {
  private static final Pattern ABSOLUTE = Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:/|/)");
  private static final String FILE = "file://";

  /**
   * Looks up what {@code reference} names.
   *
   * @throws QwenVlException as {@link Fetcher#find}; INVALID_REQUEST for a relative path that
   *     starts nowhere
   */
  public Fetcher.Found find(String reference) {
    return fetcher.find(absolute(reference));
  }

  /** What decides the answer of a row that names these objects, in this order. */
  public static String fingerprint(List<Fetcher.Found> found) {
    return "media:"
        + RequestKey.sha256(
            found.stream()
                .map(object -> object.uri() + "\n" + object.fingerprint() + "\n")
                .collect(Collectors.joining()));
  }

  private String absolute(String reference) {
    boolean relativeFile = reference.startsWith(FILE) && !reference.startsWith(FILE + "/");
    String path = relativeFile ? reference.substring(FILE.length()) : reference;
    if (ABSOLUTE.matcher(path).find()) {
      return path;
    }
    if (uri.isBlank()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "a relative path needs the row's uri to start from; give one, or an absolute path");
    }
    return uri.substring(0, uri.lastIndexOf('/') + 1) + path;
  }
}
