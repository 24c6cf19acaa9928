package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.media.PictureRules.Exif;
import io.github.qwenvlspark.runtime.media.PictureRules.Transparency;
import io.github.qwenvlspark.runtime.media.PictureRules.WideGray;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import java.io.Serializable;

/**
 * Where the field knows several ways and the reference takes one. {@link #REFERENCE} is the way of
 * the model's release; every other choice changes answers, and is recorded beside them.
 *
 * @param path whose preprocessing is followed
 * @param exif whether orientation tags are applied
 * @param wideGray what becomes of 16-bit gray
 * @param videoRule how the time of a clip becomes positions
 */
public record Alternatives(PreprocessorPath path, Exif exif, WideGray wideGray, VideoRule videoRule)
    implements Serializable {
  public static final Alternatives REFERENCE =
      new Alternatives(
          PreprocessorPath.QWEN_VL_UTILS, Exif.IGNORED, WideGray.CLIPPED, VideoRule.FLOAT_MAX);

  public Alternatives with(PreprocessorPath other) {
    return new Alternatives(other, exif, wideGray, videoRule);
  }

  public Alternatives with(Exif other) {
    return new Alternatives(path, other, wideGray, videoRule);
  }

  public Alternatives with(WideGray other) {
    return new Alternatives(path, exif, other, videoRule);
  }

  public Alternatives with(VideoRule other) {
    return new Alternatives(path, exif, wideGray, other);
  }

  /** How pictures are decoded on this path. */
  public PictureRules pictureRules() {
    return new PictureRules(
        exif,
        wideGray,
        path == PreprocessorPath.TRANSFORMERS ? Transparency.DROPPED : Transparency.OVER_WHITE);
  }

  /**
   * The path's name, then a word for everything else that is not the reference's way: {@code
   * qwen-vl-utils/pillow} or {@code qwen-vl-utils/pillow exif_orientation scale_16_bit
   * video_positions=int_max}. Recorded beside each answer; equal labels, equal ways.
   */
  public String label() {
    StringBuilder label = new StringBuilder(path.label());
    if (exif == Exif.APPLIED) {
      label.append(" exif_orientation");
    }
    if (wideGray == WideGray.SCALED) {
      label.append(" scale_16_bit");
    }
    if (videoRule != VideoRule.FLOAT_MAX) {
      label.append(" video_positions=").append(videoRule.label());
    }
    return label.toString();
  }
}
