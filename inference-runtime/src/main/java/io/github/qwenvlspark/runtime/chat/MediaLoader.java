package io.github.qwenvlspark.runtime.chat;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import java.util.ArrayList;
import java.util.List;

/** Reads and decodes the media of one conversation. Confined to one thread. */
final class MediaLoader {
  private final MediaSource source;
  private final MediaLimits limits;
  private final ImageDecoder decoder;
  private final PreprocessorPath path;
  private long decodedBytes;

  MediaLoader(MediaSource source, MediaLimits limits, Alternatives alternatives) {
    this.source = source;
    this.limits = limits;
    this.decoder = new ImageDecoder(limits, alternatives.pictureRules());
    this.path = alternatives.path();
  }

  Part part(Piece piece) {
    if (piece instanceof Piece.Picture picture) {
      return new Part.Image(picture(picture.reference()), picture.size());
    }
    if (piece instanceof Piece.Clip clip) {
      Clip decoded =
          clip.reference()
              .named(
                  () ->
                      VideoReader.read(
                          clip.reference().read(source, limits),
                          clip.span(),
                          clip.frames().on(path),
                          limits));
      requireRoom(clip.reference(), decoded.frames());
      return new Part.Video(decoded.frames(), decoded.sampleFps(), clip.size());
    }
    if (piece instanceof Piece.Pictures pictures) {
      List<RgbImage> frames = new ArrayList<>();
      pictures.media().forEach(reference -> frames.add(picture(reference)));
      return new Part.Frames(frames, pictures.fps(), pictures.size());
    }
    return new Part.Text(((Piece.Text) piece).text());
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
