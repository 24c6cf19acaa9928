package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.filter.MissingImageReaderException;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/**
 * An open PDF whose pages are rendered one by one. Confined to one thread; the caller closes it.
 */
public final class PdfDocument implements AutoCloseable {
  private static final double POINTS_PER_INCH = 72;

  private final PDDocument document;
  private final PageRenderer renderer;
  private final MediaLimits limits;

  private PdfDocument(PDDocument document, MediaLimits limits) {
    this.document = document;
    this.renderer = new PageRenderer(document);
    this.limits = limits;
  }

  /**
   * Opens a PDF.
   *
   * @throws QwenVlException ENCRYPTED_DOCUMENT, CORRUPT_MEDIA, EMPTY_DOCUMENT or TOO_LARGE
   */
  public static PdfDocument open(byte[] bytes, MediaLimits limits) {
    return open(bytes, "", limits);
  }

  /** Opens a PDF that needs {@code password}; otherwise as {@link #open(byte[], MediaLimits)}. */
  public static PdfDocument open(byte[] bytes, String password, MediaLimits limits) {
    limits.requireBytes(bytes.length);
    PDDocument document = guarded("The PDF", () -> load(bytes, password));
    try {
      int pages = guarded("The page list of the PDF", document::getNumberOfPages);
      if (pages < 1) {
        throw new QwenVlException(ErrorType.EMPTY_DOCUMENT, "The PDF has no pages");
      }
      limits.requirePages(pages);
      return new PdfDocument(document, limits);
    } catch (RuntimeException e) {
      IOUtils.closeQuietly(document);
      throw e;
    }
  }

  private static PDDocument load(byte[] bytes, String password) throws IOException {
    try {
      return Loader.loadPDF(bytes, password, null, null, IOUtils.createTempFileOnlyStreamCache());
    } catch (InvalidPasswordException e) {
      throw new QwenVlException(
          ErrorType.ENCRYPTED_DOCUMENT,
          "The PDF needs %s password to be opened".formatted(password.isEmpty() ? "a" : "another"),
          e);
    }
  }

  public int pages() {
    return document.getNumberOfPages();
  }

  /**
   * Renders a page on white.
   *
   * @param page number from 0
   * @param dpi pixels for an inch; 72 gives one pixel for a point
   * @throws QwenVlException CORRUPT_MEDIA, UNSUPPORTED_MEDIA for a picture on the page that no
   *     reader on the class path knows, TOO_LARGE by the size of its crop box, OUT_OF_MEMORY, or
   *     INVALID_REQUEST for a page or resolution that does not exist
   */
  public RgbImage render(int page, int dpi) {
    if (page < 0 || page >= pages()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Page %d was asked for; the PDF has %d".formatted(page + 1, pages()));
    }
    if (dpi < 1) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST, "A page cannot be rendered at %d dpi".formatted(dpi));
    }
    return guarded("Page %d of the PDF".formatted(page + 1), () -> renderWithin(page, dpi));
  }

  private RgbImage renderWithin(int page, int dpi) throws IOException {
    PDRectangle box = document.getPage(page).getCropBox();
    double scale = dpi / POINTS_PER_INCH;
    limits.requirePixels(
        (long) Math.ceil(box.getHeight() * scale), (long) Math.ceil(box.getWidth() * scale));
    BufferedImage image = renderer.renderImageWithDPI(page, dpi, ImageType.RGB);
    return new PixelConversion(PictureRules.REFERENCE).toRgb(image, PixelConversion.Alpha.NONE);
  }

  @Override
  public void close() {
    IOUtils.closeQuietly(document);
  }

  private interface PdfStep<T> {
    T run() throws IOException;
  }

  /** Whatever PDFBox throws at untrusted bytes, in our words. */
  private static <T> T guarded(String what, PdfStep<T> step) {
    try {
      return step.run();
    } catch (QwenVlException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw BrokenMedia.corrupt(what + " is broken", e);
    } catch (StackOverflowError e) {
      throw BrokenMedia.corrupt(what + " is nested too deeply", e);
    } catch (OutOfMemoryError e) {
      throw BrokenMedia.outOfMemory(what, e);
    }
  }

  /**
   * PDFBox leaves out a picture for which it has no reader, and logs that. A scanned page would
   * then be white, and the model would answer that it is empty: better no answer.
   */
  private static final class PageRenderer extends PDFRenderer {
    PageRenderer(PDDocument document) {
      super(document);
    }

    @Override
    protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
      return new PageDrawer(parameters) {
        @Override
        protected void operatorException(
            Operator operator, List<COSBase> operands, IOException failure) throws IOException {
          if (failure instanceof MissingImageReaderException) {
            throw new QwenVlException(
                ErrorType.UNSUPPORTED_MEDIA,
                "The PDF holds a JBIG2 or JPEG 2000 picture, which needs one more library: add"
                    + " org.apache.pdfbox:jbig2-imageio or"
                    + " com.github.jai-imageio:jai-imageio-jpeg2000 to the class path",
                failure);
          }
          super.operatorException(operator, operands, failure);
        }
      };
    }
  }
}
