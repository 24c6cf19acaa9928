package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.Paint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.filter.MissingImageReaderException;
import org.apache.pdfbox.pdmodel.DefaultResourceCache;
import org.apache.pdfbox.pdmodel.MissingResourceException;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.graphics.color.PDColor;
import org.apache.pdfbox.pdmodel.graphics.color.PDPattern;
import org.apache.pdfbox.pdmodel.graphics.form.PDTransparencyGroup;
import org.apache.pdfbox.pdmodel.graphics.image.PDImage;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.pattern.PDShadingPattern;
import org.apache.pdfbox.pdmodel.graphics.shading.PDShading;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;

/**
 * Draws a page as PDFBox does, and stops where the page asks for too much time, room or depth.
 * Confined to one thread.
 */
final class PdfDrawer extends PageDrawer {
  /** Patterns and transparency groups within each other, each with pixels of its own. */
  private static final int MAX_NESTING = 16;

  /** Operators that show a picture, and forms that may hold one. */
  private static final Set<String> SHOWS =
      Set.of(OperatorName.DRAW_OBJECT, OperatorName.BEGIN_INLINE_IMAGE);

  private static final String JBIG2 = "org.apache.pdfbox:jbig2-imageio";
  private static final String JPEG_2000 = "com.github.jai-imageio:jai-imageio-jpeg2000";

  private final MediaLimits limits;
  private int nesting;
  private Optional<PDResources> watched = Optional.empty();

  PdfDrawer(PageDrawerParameters parameters, MediaLimits limits) throws IOException {
    super(parameters);
    this.limits = limits;
  }

  @Override
  protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
    PdfWork.check();
    super.processOperator(operator, operands);
  }

  @Override
  protected void showFontGlyph(Matrix matrix, PDFont font, int code, Vector displacement)
      throws IOException {
    PdfWork.check();
    super.showFontGlyph(matrix, font, code, displacement);
  }

  @Override
  public void showAnnotation(PDAnnotation annotation) throws IOException {
    PdfWork.check();
    super.showAnnotation(annotation);
  }

  @Override
  public void drawImage(PDImage image) throws IOException {
    PdfWork.check();
    limits.requirePixels(image.getHeight(), image.getWidth());
    if (image instanceof PDImageXObject xobject) {
      requirePixels(xobject.getCOSObject().getCOSDictionary(COSName.SMASK));
      requirePixels(xobject.getCOSObject().getCOSDictionary(COSName.MASK));
    }
    super.drawImage(image);
  }

  private void requirePixels(COSDictionary mask) {
    if (mask != null) {
      limits.requirePixels(
          mask.getInt(COSName.HEIGHT, COSName.H, 0), mask.getInt(COSName.WIDTH, COSName.W, 0));
    }
  }

  @Override
  protected void processTransparencyGroup(PDTransparencyGroup group) throws IOException {
    enter();
    try {
      super.processTransparencyGroup(group);
    } finally {
      nesting--;
    }
  }

  @Override
  protected Paint getPaint(PDColor color) throws IOException {
    enter();
    try {
      Optional<PDShadingPattern> shaded = shaded(color);
      return WatchedPaint.of(shaded.isPresent() ? paint(shaded.get()) : super.getPaint(color));
    } finally {
      nesting--;
    }
  }

  private static Optional<PDShadingPattern> shaded(PDColor color) throws IOException {
    return color.getColorSpace() instanceof PDPattern patterns
            && patterns.getPattern(color) instanceof PDShadingPattern pattern
            && pattern.getShading() != null
        ? Optional.of(pattern)
        : Optional.empty();
  }

  /** What PDFBox makes of such a pattern. */
  private Paint paint(PDShadingPattern pattern) throws IOException {
    return WatchedShading.of(pattern.getShading())
        .toPaint(Matrix.concatenate(getInitialMatrix(), pattern.getMatrix()));
  }

  private void enter() {
    PdfWork.check();
    if (++nesting > MAX_NESTING) {
      throw BrokenMedia.corrupt(
          "The page nests patterns and groups more than %d deep".formatted(MAX_NESTING));
    }
  }

  @Override
  public void shadingFill(COSName name) throws IOException {
    PdfWork.check();
    PDShading shading = getResources().getShading(name);
    if (shading != null) {
      watched = Optional.of(only(name, WatchedShading.of(shading)));
    }
    super.shadingFill(name);
  }

  /** PDFBox begins to fill by looking the shading up: it finds the one that is watched. */
  @Override
  public PDResources getResources() {
    PDResources resources = watched.orElseGet(super::getResources);
    watched = Optional.empty();
    return resources;
  }

  /** Resources are made anew from their dictionary, but for what their cache knows. */
  private static PDResources only(COSName name, PDShading shading) {
    COSDictionary shadings = new COSDictionary();
    shadings.setItem(name, new COSObject(shading.getCOSObject()));
    COSDictionary resources = new COSDictionary();
    resources.setItem(COSName.SHADING, shadings);
    return new PDResources(
        resources,
        new DefaultResourceCache() {
          @Override
          public PDShading getShading(COSObject indirect) {
            return shading;
          }
        });
  }

  /**
   * PDFBox leaves out a picture that is broken or for which it has no reader, and logs that. A
   * scanned page would then be white, and the model would answer that it is empty: better no
   * answer.
   */
  @Override
  protected void operatorException(Operator operator, List<COSBase> operands, IOException failure)
      throws IOException {
    if (failure instanceof MissingImageReaderException) {
      boolean jbig2 = failure.getMessage().contains("JBIG2");
      throw new QwenVlException(
          ErrorType.UNSUPPORTED_MEDIA,
          "The PDF holds a %s picture, which needs one more library: add %s to the class path"
              .formatted(jbig2 ? "JBIG2" : "JPEG 2000", jbig2 ? JBIG2 : JPEG_2000),
          failure);
    }
    if (SHOWS.contains(operator.getName()) && !(failure instanceof MissingResourceException)) {
      throw BrokenMedia.corrupt("A picture on the page is broken", failure);
    }
    super.operatorException(operator, operands, failure);
  }
}
