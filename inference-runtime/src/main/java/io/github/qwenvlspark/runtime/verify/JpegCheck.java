package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;

/**
 * Lossy pictures, decoded, in levels of 0 to 255. Decoders may round differently: this Java may
 * bring another JPEG library than the reference's, whose chroma edges differ by some levels.
 */
record JpegCheck() implements Check {
  private static final double MOST_LEVELS = 40;
  private static final double MOST_ON_AVERAGE = 1.5;

  @Override
  public String name() {
    return "lossy pictures";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.within(name(), MOST_LEVELS);
    for (JsonNode picture : Shipped.json("lossy.json.gz").path("cases")) {
      String file = picture.path("file").asText();
      RgbImage actual = decode("pictures/" + file);
      RgbImage wanted = decode("decoded/" + picture.path("decoded").asText());
      if (actual.height() != wanted.height() || actual.width() != wanted.width()) {
        tally.error(file + ", size", Double.NaN);
      } else {
        compare(file, actual.rgb(), wanted.rgb(), tally);
      }
    }
    return tally.measure("levels of decoded JPEG and WebP");
  }

  private static void compare(String file, byte[] actual, byte[] wanted, Tally tally) {
    long sum = 0;
    int worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      int error = Math.abs((actual[i] & 0xff) - (wanted[i] & 0xff));
      sum += error;
      worst = Math.max(worst, error);
    }
    boolean closeOnAverage = sum <= MOST_ON_AVERAGE * wanted.length;
    tally.error(file, closeOnAverage ? worst : Double.NaN);
  }

  private static RgbImage decode(String resource) {
    return ImageDecoder.decode(Shipped.bytes(resource), MediaLimits.DEFAULT);
  }
}
