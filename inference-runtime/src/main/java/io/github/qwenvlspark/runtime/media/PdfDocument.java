package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/**
 * An open PDF whose pages are rendered one by one. Confined to one thread; the caller closes it.
 */
public final class PdfDocument implements AutoCloseable {
  private static final double POINTS_PER_INCH = 72;

  private final PDDocument document;
  private final PDFRenderer renderer;
  private final MediaLimits limits;

  private PdfDocument(PDDocument document, MediaLimits limits) {
    this.document = document;
    this.renderer = new PDFRenderer(document);
    this.limits = limits;
  }

  /**
   * Opens a PDF.
   *
   * @throws QwenVlException ENCRYPTED_DOCUMENT, CORRUPT_MEDIA, EMPTY_DOCUMENT or TOO_LARGE
   */
  public static PdfDocument open(byte[] bytes, MediaLimits limits) {
    limits.requireBytes(bytes.length);
    PDDocument document = load(bytes);
    try {
      int pages = document.getNumberOfPages();
      if (pages == 0) {
        throw new QwenVlException(ErrorType.EMPTY_DOCUMENT, "The PDF has no pages");
      }
      limits.requirePages(pages);
      return new PdfDocument(document, limits);
    } catch (RuntimeException e) {
      IOUtils.closeQuietly(document);
      throw e;
    }
  }

  private static PDDocument load(byte[] bytes) {
    try {
      return Loader.loadPDF(bytes, "", null, null, IOUtils.createTempFileOnlyStreamCache());
    } catch (InvalidPasswordException e) {
      throw new QwenVlException(
          ErrorType.ENCRYPTED_DOCUMENT, "The PDF needs a password to be opened", e);
    } catch (IOException | RuntimeException e) {
      throw BrokenMedia.corrupt("The PDF is broken", e);
    } catch (StackOverflowError e) {
      throw BrokenMedia.corrupt("The PDF is nested too deeply", e);
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
   * @throws QwenVlException CORRUPT_MEDIA, or TOO_LARGE by the size of its crop box
   */
  public RgbImage render(int page, int dpi) {
    try {
      PDRectangle box = page(page).getCropBox();
      double scale = dpi / POINTS_PER_INCH;
      limits.requirePixels(
          (long) Math.ceil(box.getHeight() * scale), (long) Math.ceil(box.getWidth() * scale));
      BufferedImage image = renderer.renderImageWithDPI(page, dpi, ImageType.RGB);
      return PixelConversion.toRgb(image, PixelConversion.Alpha.DROPPED);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw BrokenMedia.corrupt("Page %d of the PDF is broken".formatted(page + 1), e);
    } catch (StackOverflowError e) {
      throw BrokenMedia.corrupt("Page %d of the PDF is nested too deeply".formatted(page + 1), e);
    }
  }

  private PDPage page(int page) {
    if (page < 0 || page >= pages()) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Page %d was asked for; the PDF has %d".formatted(page + 1, pages()));
    }
    return document.getPage(page);
  }

  @Override
  public void close() {
    IOUtils.closeQuietly(document);
  }
}
