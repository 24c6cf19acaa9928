package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.PixelValues;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Clips of three formats: the chosen frames by SHA-256, and {@code pixel_values_videos}. Only
 * recorded where FFmpeg, which is optional, is not there.
 */
record ClipsCheck() implements Check {
  /** One level after normalisation is 0.0146; the resize may be off by one level. */
  private static final double ONE_LEVEL = 0.02;

  @Override
  public String name() {
    return "clips";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.within(name(), ONE_LEVEL);
    for (JsonNode golden : Shipped.json("clips.json.gz").path("cases")) {
      String file = golden.path("file").asText();
      String what = "%s with %s".formatted(file, golden.path("ele"));
      FrameSampler sampler = SizesCheck.sampler(golden.path("ele"));
      Clip clip;
      try {
        clip = VideoReader.read(Shipped.bytes("clips/" + file), sampler, MediaLimits.DEFAULT);
      } catch (QwenVlException e) {
        if (e.type() == ErrorType.UNSUPPORTED_MEDIA) {
          return new Measure(name(), 0, 0, ONE_LEVEL, Verdict.RECORDED, e.getMessage());
        }
        throw e;
      }
      tally.equal(
          what + ", frames",
          sampler.choose(clip.totalFrames(), clip.fps()),
          Shipped.ints(golden.path("frame_indices")));
      tally.equal(what + ", decoded", hash(clip).equals(golden.path("frames_sha256").asText()));
      if (golden.has("sample")) {
        PixelValues values =
            PixelsCheck.PUBLISHED
                .video(clip.frames(), PixelsCheck.size(golden.path("ele")))
                .pixels();
        tally.error(what + ", pixel_values", error(values, golden));
      }
    }
    return tally.measure("chosen and decoded frames, pixel_values");
  }

  private static double error(PixelValues values, JsonNode golden) {
    int[] grid = Shipped.ints(golden.path("video_grid_thw"));
    if (values.grid().t() != grid[0]
        || values.grid().h() != grid[1]
        || values.grid().w() != grid[2]) {
      return Double.NaN;
    }
    int stride = golden.path("stride").asInt();
    JsonNode sample = golden.path("sample");
    double worst = 0;
    for (int i = 0; i < sample.size(); i++) {
      worst = Math.max(worst, Math.abs(values.values()[i * stride] - sample.get(i).asDouble()));
    }
    return worst;
  }

  private static String hash(Clip clip) {
    MessageDigest digest = Sha256.digest();
    for (RgbImage frame : clip.frames()) {
      digest.update(frame.rgb());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
