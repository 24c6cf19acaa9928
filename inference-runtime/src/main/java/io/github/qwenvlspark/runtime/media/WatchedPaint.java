package io.github.qwenvlspark.runtime.media;

import java.awt.Color;
import java.awt.Paint;
import java.awt.PaintContext;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.ColorModel;
import java.awt.image.Raster;

/** A paint that asks, tile by tile, whether it may go on. */
record WatchedPaint(Paint paint) implements Paint {
  /** A plain colour costs nothing and stays what it is. */
  static Paint of(Paint paint) {
    return paint instanceof Color ? paint : new WatchedPaint(paint);
  }

  @Override
  public int getTransparency() {
    return paint.getTransparency();
  }

  @Override
  public PaintContext createContext(
      ColorModel model,
      Rectangle device,
      Rectangle2D user,
      AffineTransform transform,
      RenderingHints hints) {
    PdfWork.check();
    return new Context(paint.createContext(model, device, user, transform, hints));
  }

  private record Context(PaintContext context) implements PaintContext {
    @Override
    public void dispose() {
      context.dispose();
    }

    @Override
    public ColorModel getColorModel() {
      return context.getColorModel();
    }

    @Override
    public Raster getRaster(int x, int y, int width, int height) {
      PdfWork.check();
      return context.getRaster(x, y, width, height);
    }
  }
}
