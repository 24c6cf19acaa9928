package io.github.qwenvlspark.pipeline.plan;

import java.util.List;

/** A clip is one part. */
final class ClipParts {
  private ClipParts() {}

  static List<Part> of() {
    return List.of(Part.clip());
  }
}
