package io.github.qwenvlspark.runtime.preprocess;

import java.io.Serializable;

/** Height and width in pixels, in the reference's order. */
public record Size(int height, int width) implements Serializable {
  public long area() {
    return (long) height * width;
  }
}
