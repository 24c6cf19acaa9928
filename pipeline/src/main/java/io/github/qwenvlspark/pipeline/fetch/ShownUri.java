package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.Conversation;
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

  /** Without one of these JSON names nothing on the web, and no user of a host. */
  private static final Pattern SUSPECT = Pattern.compile("(?i)https?:|//|\\\\");

  private ShownUri() {}

  /**
   * For tables: a URI that holds nothing to hide as it is; any other without it and with {@code
   * ?redacted=} and the first 16 digits of its SHA-256 behind, so that two of them stay apart.
   */
  public static String of(String uri) {
    String plain = withoutSecrets(uri);
    return plain.equals(uri) ? uri : plain + mark(uri);
  }

  private static String mark(String text) {
    return MARK + RequestKey.sha256(text).substring(0, DIGITS);
  }

  /**
   * A conversation as JSON, its pictures and clips named as {@link #of} shows them, and nothing
   * else changed; of a text that is no JSON, in which nobody knows what is a name, only the mark.
   */
  public static String inConversation(String json) {
    if (!SUSPECT.matcher(json).find()) {
      return json;
    }
    try {
      return Conversation.renamed(json, ShownUri::of);
    } catch (QwenVlException e) {
      return mark(json);
    }
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
