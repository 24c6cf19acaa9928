package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.media.PageScale;
import io.github.qwenvlspark.runtime.media.PdfLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How pages of PDFs become pictures.
 *
 * @param scale size of a page where the task says nothing
 * @param password of documents whose manifest row has none; empty for none
 * @param limits what a page may take
 * @param textLayer whether the text of pages is kept beside the answers
 */
public record PdfSettings(PageScale scale, Secret password, PdfLimits limits, boolean textLayer)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Integer> DPI =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.pdf.dpi", 144))
          .doc("Pixels for an inch of a PDF page; 144 makes a letter page 1224 x 1584.");
  static final Setting<Integer> LONG_SIDE =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.pdf.longSide", 0))
          .doc(
              "Most pixels of the longer side of a PDF page, whatever dpi asks for; 0 is no limit. A task's pdf_long_side wins; see pdf.md.");
  static final Setting<Secret> PASSWORD =
      Setting.secret("spark.qwenvl.pdf.password")
          .doc("Password of encrypted PDFs whose manifest row has none; never shown or stored.");
  static final Setting<Integer> RENDER_TIMEOUT =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.pdf.renderTimeoutSeconds", 60))
          .doc(
              "Longest that a PDF page may take to be drawn, or its document to be opened; then TIMEOUT.");
  static final Setting<Long> MAX_DECODED_BYTES =
      Setting.atLeast(1L, Setting.bytes("spark.qwenvl.media.maxDecodedBytes", "256m"))
          .doc("Most bytes that the streams of a PDF page may come to; more is TOO_LARGE.");
  static final Setting<Boolean> TEXT_LAYER =
      Setting.flag("spark.qwenvl.pdf.textLayer", true)
          .doc("Keeps the text that a PDF page says it has, in the column text_layer of results.");

  static final List<Setting<?>> ALL =
      List.of(DPI, LONG_SIDE, PASSWORD, RENDER_TIMEOUT, MAX_DECODED_BYTES, TEXT_LAYER);

  static PdfSettings from(Settings settings) {
    return new PdfSettings(
        new PageScale(settings.get(DPI), settings.get(LONG_SIDE)),
        settings.get(PASSWORD),
        new PdfLimits(
            Duration.ofSeconds(settings.get(RENDER_TIMEOUT)), settings.get(MAX_DECODED_BYTES)),
        settings.get(TEXT_LAYER));
  }

  /** How large {@code task} wants its pages. */
  public PageScale scale(Task task) {
    return task.pages().or(scale);
  }

  /** How the size of {@code task}'s pages differs from what dpi says; empty where it does not. */
  public String label(Task task) {
    int longSide = scale(task).longSide();
    return Integer.toString(longSide).equals(LONG_SIDE.defaultText())
        ? ""
        : "long_side=" + longSide;
  }
}
