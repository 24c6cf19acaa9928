import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Draws pages to measure speed by: dark strokes in lines on white paper, each page another one.
 *
 * <pre>java bench/Pages.java FOLDER COUNT [HEIGHT WIDTH]</pre>
 */
final class Pages {
  private static final int LINE = 20;
  private static final int STROKES = 12;

  private Pages() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 2 && args.length != 4) {
      System.err.println("Usage: java bench/Pages.java FOLDER COUNT [HEIGHT WIDTH]");
      System.exit(2);
    }
    File folder = new File(args[0]);
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IOException("Cannot make the folder " + folder);
    }
    int height = args.length == 4 ? Integer.parseInt(args[2]) : 588;
    int width = args.length == 4 ? Integer.parseInt(args[3]) : 420;
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      ImageIO.write(page(height, width, i), "png", new File(folder, "page-%04d.png".formatted(i)));
    }
  }

  private static BufferedImage page(int height, int width, int seed) {
    Random random = new Random(seed);
    BufferedImage page = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean dark = y % LINE < STROKES && random.nextInt(3) == 0;
        page.setRGB(x, y, dark ? 0x1e1e1e : 0xfafafa);
      }
    }
    return page;
  }
}
