package io.github.qwenvlspark.pipeline.plan;

/** A part, and what the document's header foretells of it. */
record ForetoldPart(Part part, Outlook outlook) {}
