package io.github.qwenvlspark.pipeline.plan;

/** A part, and what the document's header foretells of it. */
record ForetoldPart(Part part, Outlook outlook) {
  /** The same as one of so many parts of its document. */
  ForetoldPart among(int parts) {
    return new ForetoldPart(part.among(parts), outlook);
  }
}
