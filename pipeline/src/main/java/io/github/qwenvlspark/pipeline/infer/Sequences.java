package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.plan.FrameSequence;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.MediaSource;
import io.github.qwenvlspark.runtime.media.FrameArchive;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Clips whose frames are pictures: in a list, or in a zip. All of them count, as in the reference.
 */
record Sequences(
    RunSettings settings, ImageDecoder pictures, Function<PlannedRow, MediaBytes> open) {
  Part read(PlannedRow row, MediaSource media, VisualSize size) {
    FrameSequence frames = row.frames().orElseThrow();
    List<RgbImage> decoded =
        frames.names().isEmpty()
            ? decoded(archive(row))
            : decoded(() -> frames.names().stream().map(media::read).iterator());
    return new Part.Frames(decoded, frames.fps(), size);
  }

  private List<byte[]> archive(PlannedRow row) {
    try (MediaBytes bytes = open.apply(row)) {
      return FrameArchive.read(bytes, settings.media());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All pixels of a request are in memory at once: half of it is for the other tasks. */
  private List<RgbImage> decoded(Iterable<byte[]> files) {
    long most = Runtime.getRuntime().maxMemory() / 2;
    long bytes = 0;
    List<RgbImage> decoded = new ArrayList<>();
    for (byte[] file : files) {
      RgbImage image = decoded(file, decoded.size() + 1);
      bytes += image.rgb().length;
      if (bytes > most) {
        throw new QwenVlException(
            ErrorType.TOO_LARGE,
            "The first %,d frames take %,d bytes of %,d that a request may; give fewer or smaller ones, or executors more memory"
                .formatted(decoded.size() + 1, bytes, most));
      }
      decoded.add(image);
    }
    return decoded;
  }

  private RgbImage decoded(byte[] file, int number) {
    try {
      return pictures.decode(file);
    } catch (QwenVlException e) {
      throw new QwenVlException(e.type(), "Frame %,d: %s".formatted(number, e.getMessage()), e);
    }
  }
}
