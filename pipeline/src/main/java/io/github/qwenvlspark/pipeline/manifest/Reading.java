package io.github.qwenvlspark.pipeline.manifest;

import io.github.qwenvlspark.pipeline.config.Secret;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * What a manifest row says of how its document is read. Texts as they are: whoever reads the
 * document checks them.
 *
 * @param pages which pages count, such as {@code 1-3,7}; all if empty
 * @param videoStart where a clip begins
 * @param videoEnd where a clip ends
 * @param frames pictures that are the frames of a clip, as a JSON list of URIs
 * @param frameFps how many of them, or of those of a zip, stand for a second
 * @param password of an encrypted document
 */
public record Reading(
    Optional<String> pages,
    Optional<String> videoStart,
    Optional<String> videoEnd,
    Optional<String> frames,
    Optional<String> frameFps,
    Optional<Secret> password) {
  /** The whole document. */
  public static final Reading WHOLE =
      new Reading(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** From the column {@link ManifestColumns#READING}, a struct of these six. */
  public static Reading fromRow(Row row) {
    return new Reading(
        text(row, "pages"),
        text(row, "video_start"),
        text(row, "video_end"),
        text(row, "frames"),
        text(row, "frame_fps"),
        text(row, "password").map(Secret::new));
  }

  /**
   * What tells this row from others of the same document where it cannot be read as it asks; empty
   * where it asks for nothing. Never the password.
   */
  public String asked() {
    return Stream.of(pages, videoStart, videoEnd, frames, frameFps).allMatch(Optional::isEmpty)
        ? ""
        : "%s\n%s\n%s\n%s\n%s"
            .formatted(
                pages.orElse(""),
                videoStart.orElse(""),
                videoEnd.orElse(""),
                frames.orElse(""),
                frameFps.orElse(""));
  }

  private static Optional<String> text(Row row, String name) {
    return Optional.ofNullable(row.<String>getAs(name)).filter(text -> !text.isBlank());
  }
}
