package io.github.qwenvlspark.runtime.media;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * What the first page of a TIFF says about its samples.
 *
 * @param bits of a sample, where there is one for a pixel
 * @param extraSample meaning of the fourth band, see the constants; {@link #ALPHA} if not said
 */
record TiffTags(int photometric, int bits, int extraSample, Orientation orientation) {
  static final int SEPARATED = 5;

  static final int UNSPECIFIED = 0;
  static final int ASSOCIATED_ALPHA = 1;
  static final int ALPHA = 2;

  private static final int BLACK_IS_ZERO = 1;

  static TiffTags of(byte[] bytes) throws IOException {
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Directory all = new TIFFReader().read(in);
      Directory page = all instanceof CompoundDirectory pages ? pages.getDirectory(0) : all;
      return new TiffTags(
          number(page, TIFF.TAG_PHOTOMETRIC_INTERPRETATION, 1),
          number(page, TIFF.TAG_BITS_PER_SAMPLE, 8),
          number(page, TIFF.TAG_EXTRA_SAMPLES, ALPHA),
          Orientation.of(number(page, TIFF.TAG_ORIENTATION, 1)));
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
}
