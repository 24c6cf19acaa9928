package io.github.qwenvlspark.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What may come out of a decoder that was given untrusted bytes. */
final class Failures {
  private Failures() {}

  static void assertFails(ThrowingCallable decode, ErrorType type, String message) {
    assertThatThrownBy(decode)
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(type);
  }

  /** It works, or it fails with our own exception; nothing else escapes. */
  static void assertTyped(ThrowingCallable decode) {
    Throwable failure = catchThrowable(decode);
    if (failure != null) {
      assertThat(failure).isInstanceOf(QwenVlException.class);
    }
  }

  /** It gives what it gives for the whole file, or it fails with our own exception. */
  static void assertWholeOrTyped(Supplier<byte[]> decode, byte[] whole) {
    try {
      assertThat(decode.get()).isEqualTo(whole);
    } catch (QwenVlException e) {
      assertThat(e.type()).isIn(ErrorType.CORRUPT_MEDIA, ErrorType.UNSUPPORTED_MEDIA);
    }
  }
}
