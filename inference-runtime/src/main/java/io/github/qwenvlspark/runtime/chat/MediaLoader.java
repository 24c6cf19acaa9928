package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.ClipRequest;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureFrames;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads and decodes the media of one conversation. Confined to one thread. */
final class MediaLoader {
  private final MediaSource source;
  private final MediaLimits limits;
  private final ImageDecoder decoder;
  private final PreprocessorPath path;
  private final Optional<Function<VisualSize, FrameFit>> fits;
  private long decodedBytes;

  /**
   * @param fits how frames are resized as they come; they stay as they are without
   */
  MediaLoader(
      MediaSource source,
      MediaLimits limits,
      Alternatives alternatives,
      Optional<Function<VisualSize, FrameFit>> fits) {
    this.source = source;
    this.limits = limits;
    this.decoder = new ImageDecoder(limits, alternatives.pictureRules());
    this.path = alternatives.path();
    this.fits = fits;
  }

  Part part(Piece piece) {
    if (piece instanceof Piece.Picture picture) {
      return new Part.Image(picture(picture.reference()), picture.size());
    }
    if (piece instanceof Piece.Clip clip) {
      return clip(clip);
    }
    if (piece instanceof Piece.Pictures pictures) {
      return fits.isEmpty() ? frames(pictures) : resized(pictures, fits.get());
    }
    return new Part.Text(((Piece.Text) piece).text());
  }

  private Part clip(Piece.Clip clip) {
    FrameFit fit = fits.map(of -> of.apply(clip.size())).orElse(FrameFit.AS_DECODED);
    ClipRequest request = new ClipRequest(clip.span(), clip.frames().on(path), fit);
    Clip decoded =
        clip.reference()
            .named(
                () ->
                    VideoReader.read(
                        MediaBytes.of(clip.reference().read(source, limits)), request, limits));
    requireRoom(clip.reference(), decoded.frames());
    return fits.isEmpty()
        ? new Part.Video(decoded.frames(), decoded.sampleFps(), clip.size())
        : new Part.Resized(
            decoded.frames(), new Size(decoded.height(), decoded.width()), decoded.sampleFps());
  }

  private Part frames(Piece.Pictures pictures) {
    List<RgbImage> frames = new ArrayList<>();
    pictures.media().forEach(reference -> frames.add(picture(reference)));
    return new Part.Frames(frames, pictures.fps(), pictures.size());
  }

  private Part resized(Piece.Pictures pictures, Function<VisualSize, FrameFit> of) {
    PictureFrames frames = new PictureFrames(of.apply(pictures.size()), pictures.media().size());
    for (MediaReference reference : pictures.media()) {
      reference.named(
          () -> {
            frames.add(decoder.decode(reference.read(source, limits)));
            return frames;
          });
    }
    requireRoom(pictures.media().get(0), frames.frames());
    return new Part.Resized(
        frames.frames(), new Size(frames.height(), frames.width()), pictures.fps());
  }

  private RgbImage picture(MediaReference reference) {
    RgbImage image = reference.named(() -> decoder.decode(reference.read(source, limits)));
    requireRoom(reference, List.of(image));
    return image;
  }

  /** All pixels of a request are in memory at once: half of it is for the other tasks. */
  private void requireRoom(MediaReference reference, List<RgbImage> decoded) {
    long most = Runtime.getRuntime().maxMemory() / 2;
    for (RgbImage image : decoded) {
      decodedBytes += image.rgb().length;
    }
    if (decodedBytes > most) {
      throw new QwenVlException(
          ErrorType.TOO_LARGE,
          "%s: the pictures up to here take %,d bytes of %,d that a request may; ask about fewer, or give executors more memory"
              .formatted(reference.place(), decodedBytes, most));
    }
  }
}
