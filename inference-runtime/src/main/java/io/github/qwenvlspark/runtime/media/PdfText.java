package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** The text that a page says it has, from top to bottom. Confined to one thread. */
final class PdfText extends PDFTextStripper {
  /** Glyphs of a page that count; no page for people has so many. */
  private static final int MAX_GLYPHS = 100_000;

  private int glyphs;

  PdfText() throws IOException {
    setSortByPosition(true);
    setLineSeparator("\n");
    setPageEnd("");
  }

  @Override
  protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
    PdfWork.check();
    super.processOperator(operator, operands);
  }

  @Override
  protected void processTextPosition(TextPosition text) {
    if (glyphs++ < MAX_GLYPHS) {
      super.processTextPosition(text);
    }
  }
}
