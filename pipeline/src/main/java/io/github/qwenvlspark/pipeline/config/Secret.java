package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;

/**
 * A password of a document: it goes where the document is opened, and never into a table or a log.
 *
 * @param value as the manifest or a setting has it
 */
public record Secret(String value) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is shown in its place. */
  static final String SHOWN = "***";

  @Override
  public String toString() {
    return SHOWN;
  }
}
