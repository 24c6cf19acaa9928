package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.plan.FrameSequence;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.MediaSource;
import io.github.qwenvlspark.runtime.media.FrameArchive;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.PictureFrames;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/**
 * Clips whose frames are pictures: in a list, or in a zip. All of them count, as in the reference.
 *
 * @param fits how frames are resized as they come
 */
record Sequences(
    RunSettings settings,
    ImageDecoder pictures,
    Function<PlannedRow, MediaBytes> open,
    Function<VisualSize, FrameFit> fits) {
  Part read(PlannedRow row, MediaSource media, VisualSize size) {
    FrameSequence frames = row.frames().orElseThrow();
    FrameFit fit = fits.apply(size);
    PictureFrames clip =
        frames.names().isEmpty()
            ? clip(archive(row), file -> file, fit)
            : clip(frames.names(), media::read, fit);
    return new Part.Resized(clip.frames(), new Size(clip.height(), clip.width()), frames.fps());
  }

  private List<byte[]> archive(PlannedRow row) {
    try (MediaBytes bytes = open.apply(row)) {
      return FrameArchive.read(bytes, settings.media());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> PictureFrames clip(List<T> sources, Function<T, byte[]> read, FrameFit fit) {
    PictureFrames clip = new PictureFrames(fit, sources.size());
    int number = 1;
    for (T source : sources) {
      byte[] file = read.apply(source);
      try {
        clip.add(pictures.decode(file));
      } catch (QwenVlException e) {
        throw new QwenVlException(e.type(), "Frame %,d: %s".formatted(number, e.getMessage()), e);
      }
      number++;
    }
    return clip;
  }
}
