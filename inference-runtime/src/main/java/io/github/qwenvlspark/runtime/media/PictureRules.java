package io.github.qwenvlspark.runtime.media;

import java.io.Serializable;

/**
 * What decoding does where the field knows two ways. {@link #REFERENCE} is what the reference does
 * with a picture; every other choice changes pixels.
 */
public record PictureRules(Exif exif, WideGray wideGray, Transparency transparency)
    implements Serializable {
  public static final PictureRules REFERENCE =
      new PictureRules(Exif.IGNORED, WideGray.CLIPPED, Transparency.OVER_WHITE);

  /** The orientation tag of JPEG, PNG and WebP; that of a TIFF always counts, as in Pillow. */
  public enum Exif {
    IGNORED,
    /** Turned upright, as by Pillow's {@code ImageOps.exif_transpose}. */
    APPLIED
  }

  /** Gray of 9 to 16 bits. Colours of 16 bits keep their upper 8 either way. */
  public enum WideGray {
    /** {@code min(v, 255)}, as Pillow converts it: a scan of full range comes out white. */
    CLIPPED,
    /** The upper 8 bits. */
    SCALED
  }

  /** Pixels that let something shine through. */
  public enum Transparency {
    /** Blended over white, as qwen-vl-utils does. */
    OVER_WHITE,
    /** The stored colour counts, as Pillow's {@code convert("RGB")} has it. */
    DROPPED
  }
}
