package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What stands where a picture or clip is expected: a {@code data:} URI that holds it, or the name
 * of an object elsewhere. Base64 without {@code data:} is not guessed.
 *
 * @param place such as {@code messages[0].content[1].image}
 */
record MediaReference(String place, String text) {
  private static final String DATA = "data:";
  private static final String BASE64 = "base64,";

  /** No object store and no file system has longer names. */
  private static final int LONGEST_NAME = 4096;

  /**
   * A picture's bytes, which no complaint may quote: as a name it would lack a dot and a scheme.
   */
  private static final Pattern BARE_BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]{160,}=*\\s*");

  MediaReference {
    if (text.isBlank()) {
      throw invalid(place, "the reference is empty");
    }
    if (text.startsWith(DATA)) {
      if (!text.contains(BASE64)) {
        throw invalid(place, "a data: URI must be in base64 (\"base64,\" is missing)");
      }
    } else if (text.length() > LONGEST_NAME || BARE_BASE64.matcher(text).matches()) {
      throw invalid(
          place,
          "%,d characters are no path or URI; base64 needs data:image/...;base64, before it"
              .formatted(text.length()));
    }
  }

  /** Whether the text is the name of something elsewhere. */
  boolean isExternal() {
    return !text.startsWith(DATA);
  }

  /** Readers and decoders know nothing of the conversation: their failures get their place here. */
  <T> T named(Supplier<T> action) {
    try {
      return action.get();
    } catch (QwenVlException e) {
      throw new QwenVlException(e.type(), place + ": " + e.getMessage(), e);
    }
  }

  /**
   * The bytes. Everything after the first {@code base64,} is decoded; characters that are not
   * base64 are skipped, as Python does.
   */
  byte[] read(MediaSource source, MediaLimits limits) {
    if (isExternal()) {
      return source.read(text);
    }
    int start = text.indexOf(BASE64) + BASE64.length();
    limits.requireBytes((text.length() - start) / 4L * 3);
    try {
      return Base64.getMimeDecoder().decode(text.substring(start));
    } catch (IllegalArgumentException e) {
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "the base64 is broken", e);
    }
  }

  private static QwenVlException invalid(String place, String what) {
    return new QwenVlException(ErrorType.INVALID_REQUEST, place + ": " + what);
  }
}
