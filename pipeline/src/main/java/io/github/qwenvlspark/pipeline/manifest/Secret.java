package io.github.qwenvlspark.pipeline.manifest;

/**
 * A password of a document: it goes where the document is opened, and never into a table or a log.
 *
 * @param value as the manifest has it
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
