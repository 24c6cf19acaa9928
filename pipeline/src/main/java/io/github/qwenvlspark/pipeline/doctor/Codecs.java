package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.VideoReader;
import java.util.Base64;
import java.util.List;

/** The native decoders of pictures and clips. */
final class Codecs {
  /** One black pixel. */
  private static final String WEBP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

  private Codecs() {}

  static List<Finding> look() {
    return List.of(webp(), ffmpeg());
  }

  private static Finding webp() {
    try {
      ImageDecoder.decode(Base64.getDecoder().decode(WEBP), MediaLimits.DEFAULT);
      return Finding.good("webp", "reads a picture");
    } catch (QwenVlException | LinkageError e) {
      return Finding.bad("webp", "cannot read a picture: " + e.getMessage());
    }
  }

  /** Bytes that are no clip: whoever can say so has its libraries. */
  private static Finding ffmpeg() {
    try {
      VideoReader.read(new byte[64], (frames, fps) -> new int[0], MediaLimits.DEFAULT);
      return Finding.good("ffmpeg", "is loaded");
    } catch (QwenVlException e) {
      return e.getCause() instanceof LinkageError
          ? Finding.note("ffmpeg", e.getMessage())
          : Finding.good("ffmpeg", "is loaded");
    }
  }
}
