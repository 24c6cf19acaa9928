package io.github.qwenvlspark.pipeline.plan;

import java.util.List;

/** A picture is one part. */
final class PictureParts {
  private PictureParts() {}

  static List<Part> of() {
    return List.of(Part.image());
  }
}
