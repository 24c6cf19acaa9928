package io.github.qwenvlspark.pipeline.fetch;

import java.io.IOException;

/** An object is not the one that was looked up: its bytes would answer another question. */
final class ObjectChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  ObjectChangedException() {
    super("The object has changed since it was looked up");
  }
}
