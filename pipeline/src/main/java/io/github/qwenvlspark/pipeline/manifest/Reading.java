package io.github.qwenvlspark.pipeline.manifest;

import io.github.qwenvlspark.pipeline.config.Secret;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * What a manifest row says of how its document is read. Texts as they are: whoever reads the
 * document checks them.
 *
 * @param pages which pages count, such as {@code 1-3,7}; all if empty
 * @param videoStart where a clip begins
 * @param videoEnd where a clip ends
 * @param password of an encrypted document
 */
public record Reading(
    Optional<String> pages,
    Optional<String> videoStart,
    Optional<String> videoEnd,
    Optional<Secret> password) {
  /** The whole document. */
  public static final Reading WHOLE =
      new Reading(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** From the column {@link ManifestColumns#READING}, a struct of these four. */
  public static Reading fromRow(Row row) {
    return new Reading(
        text(row, "pages"),
        text(row, "video_start"),
        text(row, "video_end"),
        text(row, "password").map(Secret::new));
  }

  private static Optional<String> text(Row row, String name) {
    return Optional.ofNullable(row.<String>getAs(name)).filter(text -> !text.isBlank());
  }
}
