package io.github.qwenvlspark.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageDataUriTest {
  @Test
  void aSmallPictureKeepsItsPixels() throws IOException {
    byte[] rgb = {(byte) 255, 0, 0, 0, (byte) 255, 0};
    BufferedImage shown = decode(ImageDataUri.of(new RgbImage(1, 2, rgb)));
    assertThat(shown.getRGB(0, 0)).isEqualTo(0xffff0000);
    assertThat(shown.getRGB(1, 0)).isEqualTo(0xff00ff00);
  }

  @Test
  void aLargePictureIsScaledToWhatAScreenShows() throws IOException {
    BufferedImage shown = decode(ImageDataUri.of(grey(3000, 2000)));
    assertThat(shown.getHeight()).isEqualTo(1200);
    assertThat(shown.getWidth()).isEqualTo(800);
  }

  @Test
  void aThinStripKeepsAPixel() throws IOException {
    assertThat(decode(ImageDataUri.of(grey(1, 5000))).getHeight()).isEqualTo(1);
  }

  @Test
  void theSmallerFormatIsTaken() {
    byte[] noise = new byte[300 * 300 * 3];
    new Random(1).nextBytes(noise);
    assertThat(ImageDataUri.of(new RgbImage(300, 300, noise))).startsWith("data:image/jpeg;");
    assertThat(ImageDataUri.of(grey(300, 300))).startsWith("data:image/png;");
  }

  @Test
  void betweenFramesIsPaper() throws IOException {
    BufferedImage strip = decode(ImageDataUri.of(List.of(grey(10, 10), grey(10, 10))));
    assertThat(strip.getWidth()).isEqualTo(24);
    assertThat(strip.getRGB(12, 5)).isEqualTo(0xffffffff);
    assertThat(strip.getRGB(20, 5)).isEqualTo(0xffc8c8c8);
  }

  private static RgbImage grey(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    Arrays.fill(rgb, (byte) 200);
    return new RgbImage(height, width, rgb);
  }

  private static BufferedImage decode(String uri) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }
}
