package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;
import java.util.List;

/**
 * How pages of PDFs become pictures.
 *
 * @param dpi pixels for an inch of a page
 */
public record PdfSettings(int dpi) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Integer> PDF_DPI =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.pdf.dpi", 144))
          .doc("Pixels for an inch of a PDF page; 144 makes a letter page 1224 x 1584.");

  static final List<Setting<?>> ALL = List.of(PDF_DPI);

  static PdfSettings from(Settings settings) {
    return new PdfSettings(settings.get(PDF_DPI));
  }
}
