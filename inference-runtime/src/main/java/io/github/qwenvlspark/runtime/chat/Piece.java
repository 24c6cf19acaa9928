package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.List;
import java.util.Optional;

/** A part of a message whose media are not read yet. */
sealed interface Piece {

  /** What must be read, in order. */
  default List<MediaReference> media() {
    return List.of();
  }

  /** What it shows; empty for text. */
  default Optional<MediaKind> kind() {
    return Optional.empty();
  }

  record Text(String text) implements Piece {}

  record Picture(MediaReference reference, VisualSize size) implements Piece {
    @Override
    public Optional<MediaKind> kind() {
      return Optional.of(MediaKind.IMAGE);
    }

    @Override
    public List<MediaReference> media() {
      return List.of(reference);
    }
  }

  record Clip(MediaReference reference, TimeSpan span, FrameSampler frames, VisualSize size)
      implements Piece {
    @Override
    public Optional<MediaKind> kind() {
      return Optional.of(MediaKind.VIDEO);
    }

    @Override
    public List<MediaReference> media() {
      return List.of(reference);
    }
  }

  /** A clip whose frames are given one by one. */
  record Pictures(List<MediaReference> media, double fps, VisualSize size) implements Piece {
    @Override
    public Optional<MediaKind> kind() {
      return Optional.of(MediaKind.VIDEO);
    }
  }
}
