package io.github.qwenvlspark.pipeline.manifest;

/** Columns of a read manifest, each named once. */
public final class ManifestColumns {
  public static final String SOURCE_ID = "source_id";
  public static final String URI = "uri";
  public static final String TASK = "task";
  public static final String LABELS = "labels";

  /** How the document is read: see {@link Reading}. */
  public static final String READING = "reading";

  /** The label that is a conversation as JSON. */
  public static final String MESSAGES = "messages";

  private ManifestColumns() {}
}
