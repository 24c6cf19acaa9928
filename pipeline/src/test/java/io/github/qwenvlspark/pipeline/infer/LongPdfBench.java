package io.github.qwenvlspark.pipeline.infer;

import com.sun.management.OperatingSystemMXBean;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/**
 * A long PDF through planning and reading, in stretches of 16 pages as a run reads it. With the
 * test class path: {@code java -Xmx256m ...LongPdfBench FILE PAGES [TEXT_LAYER]}; a file that is
 * not there is made, with a line of text and a picture of 100 kB on each page.
 */
public final class LongPdfBench {
  private static final int PAGES_TOGETHER = 16;
  private static final int PICTURE_SIDE = 183;

  private LongPdfBench() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int pages = Integer.parseInt(args[1]);
    if (!Files.exists(file)) {
      generate(file, pages);
      System.out.printf("made %s, %,d bytes; run again to read it%n", file, Files.size(file));
      return;
    }
    long start = System.nanoTime();
    long cpu = cpuTime();
    RunSettings settings =
        DefaultSettings.with("spark.qwenvl.pdf.textLayer", args.length > 2 ? args[2] : "true");
    Fetcher fetcher = new Fetcher(new Configuration(), settings.media(), settings.fetch());
    Fetcher.Found found = fetcher.find(file.toString());
    int counted;
    try (PdfDocument pdf =
        PdfDocument.open(fetcher.open(found), "", settings.media(), settings.pdf().limits())) {
      counted = pdf.pages();
    }
    System.out.printf("inspect: %d pages in %,d ms%n", counted, millis(start));
    start = System.nanoTime();
    double fetchMs = 0;
    long peak = 0;
    for (int first = 0; first < pages; first += PAGES_TOGETHER) {
      try (MediaReader media =
          new MediaReader(
              fetcher,
              settings,
              size -> {
                throw new IllegalStateException("There are no clips");
              })) {
        for (int page = first; page < Math.min(pages, first + PAGES_TOGETHER); page++) {
          media.read(row(found, page), Task.FOR_DISPLAY);
          fetchMs += media.fetchMs();
          peak = Math.max(peak, heap());
        }
      }
    }
    System.out.printf(
        "render: %.1f ms a page on the clock, of which fetch %.1f ms; %.1f ms of processor time;"
            + " heap after a page at most %,d MB of %,d%n",
        (double) millis(start) / pages,
        fetchMs / pages,
        (cpuTime() - cpu) / 1e6 / pages,
        peak >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  private static PlannedRow row(Fetcher.Found found, int page) {
    return new PlannedRow(
        "key",
        "id",
        found.uri(),
        found.length(),
        found.fingerprint(),
        new Part("page", page),
        "ocr",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static long cpuTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void generate(Path file, int pages) throws IOException {
    try (PDDocument document = new PDDocument(IOUtils.createTempFileOnlyStreamCache())) {
      PDFont font = new PDType1Font(FontName.HELVETICA);
      Random random = new Random(1);
      BufferedImage picture =
          new BufferedImage(PICTURE_SIDE, PICTURE_SIDE, BufferedImage.TYPE_INT_RGB);
      for (int number = 1; number <= pages; number++) {
        PDPage page = new PDPage(PDRectangle.A4);
        document.addPage(page);
        for (int i = 0; i < PICTURE_SIDE * PICTURE_SIDE; i++) {
          picture.setRGB(i % PICTURE_SIDE, i / PICTURE_SIDE, random.nextInt());
        }
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          content.drawImage(LosslessFactory.createFromImage(document, picture), 50, 50, 400, 400);
          content.setFont(font, 10);
          for (int line = 0; line < 25; line++) {
            content.beginText();
            content.newLineAtOffset(50, 780 - 12 * line);
            content.showText(
                "Line "
                    + line
                    + " of page "
                    + number
                    + ", as long as a line of a letter usually is");
            content.endText();
          }
        }
      }
      document.save(file.toFile(), CompressParameters.NO_COMPRESSION);
    }
  }
}
