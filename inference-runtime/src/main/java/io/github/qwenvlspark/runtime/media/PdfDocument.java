package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/**
 * An open PDF whose pages are read one by one, and of whose bytes no more than they need. Confined
 * to one thread; the caller closes it.
 */
public final class PdfDocument implements AutoCloseable {
  /** Pages that share fonts; then the heap is given back. */
  private static final int PAGES_SHARING = 16;

  static {
    PdfFilters.install();
    PdfFunctions.install();
    ImageIO.scanForPlugins(); // of the class loader that Spark gave this thread
  }

  private final MediaBytes bytes;
  private final String password;
  private final MediaLimits limits;
  private final PdfLimits work;
  private PDDocument document;
  private PdfPageList list;
  private int pages;
  private PdfResources resources = new PdfResources();
  private int turned;
  private boolean thorough;
  private boolean cutOff;

  private PdfDocument(MediaBytes bytes, String password, MediaLimits limits, PdfLimits work) {
    this.bytes = bytes;
    this.password = password;
    this.limits = limits;
    this.work = work;
  }

  /** Opens a PDF that needs no password, with the usual limits of its work. */
  public static PdfDocument open(byte[] bytes, MediaLimits limits) {
    return open(bytes, "", limits);
  }

  /** Opens a PDF that needs {@code password}, with the usual limits of its work. */
  public static PdfDocument open(byte[] bytes, String password, MediaLimits limits) {
    return open(MediaBytes.of(bytes), password, limits, PdfLimits.DEFAULT);
  }

  /**
   * Opens a PDF.
   *
   * @param bytes read while pages are, and closed with the document, or when this fails
   * @param password empty where none is known
   * @param work what opening it may take, and then each page
   * @throws QwenVlException ENCRYPTED_DOCUMENT, CORRUPT_MEDIA, EMPTY_DOCUMENT, TOO_LARGE or
   *     TIMEOUT; failures of {@code bytes} as they are
   */
  public static PdfDocument open(
      MediaBytes bytes, String password, MediaLimits limits, PdfLimits work) {
    PdfDocument pdf = new PdfDocument(bytes, password, limits, work);
    try {
      limits.requireBytes(bytes.length());
      pdf.guarded("The PDF", pdf::load);
      return pdf;
    } catch (RuntimeException e) {
      pdf.close();
      throw e;
    }
  }

  private Object load() throws IOException {
    IOUtils.closeQuietly(document);
    turned = 0;
    document = parsed();
    pages = document.getNumberOfPages();
    if (pages < 1) {
      throw new QwenVlException(ErrorType.EMPTY_DOCUMENT, "The PDF has no pages");
    }
    limits.requirePages(pages);
    list = new PdfPageList(catalog().getCOSDictionary(COSName.PAGES));
    return list;
  }

  private PDDocument parsed() throws IOException {
    PdfSource source = new PdfSource(bytes);
    try {
      return thorough
          ? Loader.loadPDF(source, password, null, null, IOUtils.createTempFileOnlyStreamCache())
          : new LazyPdfParser(source, password).parse();
    } catch (InvalidPasswordException e) {
      throw new QwenVlException(
          ErrorType.ENCRYPTED_DOCUMENT,
          "The PDF needs %s password to be opened".formatted(password.isEmpty() ? "a" : "another"),
          e);
    }
  }

  private COSDictionary catalog() {
    return document.getDocumentCatalog().getCOSObject();
  }

  public int pages() {
    return pages;
  }

  /**
   * Renders a page on white, with its annotations and the fields of its forms, upright.
   *
   * @param page number from 0
   * @throws QwenVlException CORRUPT_MEDIA, UNSUPPORTED_MEDIA for a picture on the page that no
   *     reader on the class path knows, TOO_LARGE by the size of its crop box or what its streams
   *     come to, TIMEOUT, OUT_OF_MEMORY, or INVALID_REQUEST for a page that does not exist
   */
  public RgbImage render(int page, PageScale scale) {
    requirePage(page);
    return guarded(
        "Page %d of the PDF".formatted(page + 1),
        () -> {
          turnTo(page);
          return drawn(scale);
        });
  }

  /**
   * The size of the picture that {@link #render} would make of a page; nothing is drawn.
   *
   * @param page number from 0
   * @throws QwenVlException as {@link #render}
   */
  public PictureHeader size(int page, PageScale scale) {
    requirePage(page);
    return guarded(
        "Page %d of the PDF".formatted(page + 1),
        () -> {
          PDPage found = new PDPage(list.page(page));
          PDRectangle box = found.getCropBox();
          float pixels = pixelsForUnit(found, scale);
          // PDFBox rounds down, and draws one pixel at least.
          return new PictureHeader(
                  (int) Math.max(1, Math.floor(box.getHeight() * pixels)),
                  (int) Math.max(1, Math.floor(box.getWidth() * pixels)))
              .within(limits);
        });
  }

  /**
   * Pixels for an inch of the picture that {@link #render} would make of a page, which may be fewer
   * than asked for where the long side has a limit.
   *
   * @param page number from 0
   * @throws QwenVlException as {@link #render}
   */
  public double dpi(int page, PageScale scale) {
    requirePage(page);
    return guarded(
        "Page %d of the PDF".formatted(page + 1),
        () -> {
          PDPage found = new PDPage(list.page(page));
          return PageScale.POINTS_PER_INCH
              * (double) pixelsForUnit(found, scale)
              / found.getUserUnit();
        });
  }

  /**
   * The text layer of a page, lines from top to bottom; empty where it has none, as a scan.
   *
   * @param page number from 0
   * @throws QwenVlException as {@link #render}
   */
  public String text(int page) {
    requirePage(page);
    return guarded(
        "The text of page %d of the PDF".formatted(page + 1),
        () -> {
          turnTo(page);
          return new PdfText().getText(document).strip();
        });
  }

  private void requirePage(int page) {
    if (page < 0 || page >= pages) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Page %d was asked for; the PDF has %d".formatted(page + 1, pages));
    }
  }

  /** Makes the page the only one of the document, so that PDFBox looks for no other. */
  private void turnTo(int page) {
    if (turned == 0) {
      PdfForms.fill(document);
    }
    if (turned++ % PAGES_SHARING == 0) {
      resources = new PdfResources();
      document.setResourceCache(resources);
    }
    resources.turnPage();
    catalog().setItem(COSName.PAGES, PdfPageList.treeOf(list.page(page)));
  }

  private RgbImage drawn(PageScale scale) throws IOException {
    PDPage page = document.getPage(0);
    PDRectangle box = page.getCropBox();
    float pixels = pixelsForUnit(page, scale);
    limits.requirePixels(
        (long) Math.ceil((double) box.getHeight() * pixels),
        (long) Math.ceil((double) box.getWidth() * pixels));
    BufferedImage image = new Renderer(document).renderImage(0, pixels, ImageType.RGB);
    return new PixelConversion(PictureRules.REFERENCE).toRgb(image, PixelConversion.Alpha.NONE);
  }

  private static float pixelsForUnit(PDPage page, PageScale scale) {
    PDRectangle box = page.getCropBox();
    double unit = page.getUserUnit();
    return (float) (scale.of(box.getWidth() * unit, box.getHeight() * unit) * unit);
  }

  @Override
  public void close() {
    IOUtils.closeQuietly(document);
    bytes.close();
  }

  /** Whatever PDFBox throws at untrusted bytes, in our words. */
  private <T> T guarded(String what, PdfWork.Step<T> step) {
    try {
      return PdfWork.within(work, () -> afresh(step));
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
   * Opens the document again after a step that failed: PDFBox counts an object as read before it
   * is, and would draw the next page without a font whose reading was cut off.
   */
  private <T> T afresh(PdfWork.Step<T> step) throws IOException {
    if (cutOff) {
      load();
    }
    cutOff = true;
    T result = thoroughlyIfNeeded(step);
    cutOff = false;
    return result;
  }

  private <T> T thoroughlyIfNeeded(PdfWork.Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (LazyPdfParser.MisplacedObject e) {
      thorough = true;
      load();
      return step.run();
    }
  }

  private final class Renderer extends PDFRenderer {
    Renderer(PDDocument document) {
      super(document);
    }

    @Override
    protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
      return new PdfDrawer(parameters, limits);
    }
  }
}
