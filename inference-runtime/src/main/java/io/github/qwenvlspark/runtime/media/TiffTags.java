package io.github.qwenvlspark.runtime.media;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.util.Map;
import javax.imageio.stream.ImageInputStream;

/**
 * What the first page of a TIFF says about its samples.
 *
 * @param bits of a sample, where there is one for a pixel
 * @param extraSample meaning of the band behind the colours, see the constants; {@link #ALPHA} if
 *     not said
 */
record TiffTags(
    int compression, int photometric, int bits, int extraSample, Orientation orientation) {
  static final int SEPARATED = 5;

  static final int UNSPECIFIED = 0;
  static final int ASSOCIATED_ALPHA = 1;
  static final int ALPHA = 2;

  private static final int BLACK_IS_ZERO = 1;
  private static final int NO_COMPRESSION = 1;

  /** What Pillow reads and the reader here does not. */
  private static final Map<Integer, String> COMPRESSIONS_NOT_READ =
      Map.of(
          32809,
          "ThunderScan",
          34676,
          "SGI LogLuv",
          34925,
          "LZMA",
          50000,
          "Zstandard",
          50001,
          "WebP",
          50002,
          "JPEG XL");

  /** Pillow takes these through a colour management library, whose rounding is its own. */
  private static final Map<Integer, String> COLOURS_NOT_READ =
      Map.of(8, "CIELAB", 9, "ICCLAB", 10, "ITULAB", 32844, "LogL", 32845, "LogLuv");

  static TiffTags of(ImageInputStream in) throws IOException {
    Directory all = new TIFFReader().read(in);
    Directory page = all instanceof CompoundDirectory pages ? pages.getDirectory(0) : all;
    return new TiffTags(
        number(page, TIFF.TAG_COMPRESSION, NO_COMPRESSION),
        number(page, TIFF.TAG_PHOTOMETRIC_INTERPRETATION, BLACK_IS_ZERO),
        number(page, TIFF.TAG_BITS_PER_SAMPLE, 8),
        first(page, TIFF.TAG_EXTRA_SAMPLES, ALPHA),
        Orientation.of(number(page, TIFF.TAG_ORIENTATION, 1)));
  }

  /**
   * Refuses what only other software reads.
   *
   * @throws QwenVlException UNSUPPORTED_MEDIA
   */
  void requireReadable() {
    refuse(COMPRESSIONS_NOT_READ.get(compression), "compression");
    refuse(COLOURS_NOT_READ.get(photometric), "colours");
  }

  private static void refuse(String name, String of) {
    if (name != null) {
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "A TIFF with %s %s cannot be read; store it as RGB with deflate or LZW"
              .formatted(name, of));
    }
  }

  /** Gray of more than 8 bits. */
  boolean isWideGray() {
    return photometric <= BLACK_IS_ZERO && bits > Byte.SIZE;
  }

  private static int number(Directory page, int tag, int otherwise) {
    Entry entry = page.getEntryById(tag);
    return entry != null && entry.getValue() instanceof Number number
        ? number.intValue()
        : otherwise;
  }

  /** The first of several numbers, which are 16 bits wide. */
  private static int first(Directory page, int tag, int otherwise) {
    Entry entry = page.getEntryById(tag);
    if (entry == null || entry.valueCount() < 2) {
      return number(page, tag, otherwise);
    }
    return entry.getValue() instanceof short[] several ? several[0] & 0xffff : otherwise;
  }
}
