package io.github.qwenvlspark.pipeline.report;

import io.github.qwenvlspark.runtime.media.RgbImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A picture with what was found on it painted over: frames, points and their labels, as thick and
 * as large as the picture asks for.
 */
public final class Drawing {
  private static final Color ELEMENT = new Color(0x2563d4);
  private static final Color FOUND = new Color(0xd9480f);

  /** Pixels of a picture that give one pixel of a stroke. */
  private static final double PIXELS_PER_STROKE = 500;

  private final BufferedImage canvas;
  private final double stroke;

  private Drawing(RgbImage picture) {
    this.canvas = ImageDataUri.buffered(picture);
    this.stroke = Math.max(1, Math.max(picture.width(), picture.height()) / PIXELS_PER_STROKE);
  }

  /** The picture at its own size, painted over. */
  public static BufferedImage of(RgbImage picture, List<ReportBox> boxes) {
    Drawing drawing = new Drawing(picture);
    Graphics2D graphics = drawing.canvas.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setStroke(new BasicStroke((float) (1.5 * drawing.stroke)));
    graphics.setFont(
        new Font(Font.SANS_SERIF, Font.BOLD, (int) Math.round(10 + 2 * (drawing.stroke - 1))));
    boxes.forEach(box -> drawing.paint(graphics, box));
    graphics.dispose();
    return drawing.canvas;
  }

  /** The same as a PNG file; its folder is made where it is missing. */
  public static void write(RgbImage picture, List<ReportBox> boxes, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!ImageIO.write(of(picture, boxes), "png", file.toFile())) {
      throw new IllegalStateException("This Java cannot write PNG");
    }
  }

  private void paint(Graphics2D graphics, ReportBox box) {
    graphics.setColor(box.kind().equals("element") ? ELEMENT : FOUND);
    if (box.kind().equals("point")) {
      double radius = 4 * stroke;
      graphics.fill(
          new Ellipse2D.Double(box.x() - radius, box.y() - radius, 2 * radius, 2 * radius));
    } else {
      graphics.draw(new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height()));
    }
    if (!box.label().isEmpty()) {
      label(graphics, box);
    }
  }

  /** White on the colour of its frame; never beyond the rim of the picture. */
  private void label(Graphics2D graphics, ReportBox box) {
    FontMetrics metrics = graphics.getFontMetrics();
    double pad = 2 * stroke;
    double width = metrics.stringWidth(box.label()) + 2 * pad;
    double height = metrics.getAscent() + metrics.getDescent();
    boolean point = box.kind().equals("point");
    double left = point ? box.x() + 6 * stroke : box.x();
    double top = point ? box.y() - height / 2 : box.y() - height;
    double x = Math.max(0, Math.min(left, canvas.getWidth() - width));
    double y = Math.max(0, Math.min(top, canvas.getHeight() - height));
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
    graphics.setColor(Color.WHITE);
    graphics.drawString(box.label(), (float) (x + pad), (float) (y + metrics.getAscent()));
  }
}
