package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import java.net.URI;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * URIs as messages and tables may show them: without what may be a credential, which is all before
 * an {@code @} in front of the host and, on the web, all behind a {@code ?} or {@code #}.
 */
public final class ShownUri {
  private static final String MARK = "?redacted=";
  private static final int DIGITS = 16;
  private static final Pattern MARKED = Pattern.compile("\\?redacted=[0-9a-f]{16}$");

  /** All between the slashes and the last @ of the authority, however odd the rest of it is. */
  private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*@");

  private static final Pattern BEHIND = Pattern.compile("(?s)[?#].*");

  private ShownUri() {}

  /**
   * For tables: a URI that holds nothing to hide as it is; any other without it and with {@code
   * ?redacted=} and the first 16 digits of its SHA-256 behind, so that two of them stay apart.
   */
  public static String of(String uri) {
    String plain = withoutSecrets(uri);
    return plain.equals(uri) ? uri : plain + MARK + RequestKey.sha256(uri).substring(0, DIGITS);
  }

  /** Whether {@link #of} took something away: nothing can be read by such a URI. */
  public static boolean isRedacted(String shown) {
    return MARKED.matcher(shown).find();
  }

  /** For messages, which name no object by an unreadable URI. */
  static String inMessage(String uri) {
    try {
      URI unused = new Path(uri).toUri();
      return withoutSecrets(uri);
    } catch (IllegalArgumentException e) {
      return "The object";
    }
  }

  private static String withoutSecrets(String uri) {
    String plain = WebStore.isWeb(uri) ? BEHIND.matcher(uri).replaceFirst("") : uri;
    return USER.matcher(plain).replaceFirst("$1//");
  }
}
