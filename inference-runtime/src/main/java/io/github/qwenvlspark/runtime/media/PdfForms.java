package io.github.qwenvlspark.runtime.media;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.fixup.processor.AcroFormDefaultsProcessor;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;

/**
 * Draws the values of form fields for which a document leaves that to its viewer: it has the text,
 * but no picture of it, and says so.
 */
final class PdfForms {
  private PdfForms() {}

  /** Gives each such field its look; one that PDFBox cannot draw stays empty. */
  static void fill(PDDocument document) {
    PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
    if (form == null || !form.getNeedAppearances()) {
      return;
    }
    new AcroFormDefaultsProcessor(document).process();
    for (PDField field : form.getFieldTree()) {
      PdfWork.check();
      if (field instanceof PDTerminalField terminal
          && terminal.getWidgets().stream().anyMatch(PdfForms::isInvisible)) {
        draw(form, terminal);
      }
    }
  }

  private static boolean isInvisible(PDAnnotationWidget widget) {
    return widget.getAppearance() == null || widget.getAppearance().getNormalAppearance() == null;
  }

  private static void draw(PDAcroForm form, PDTerminalField field) {
    try {
      form.refreshAppearances(List.of(field));
    } catch (IOException | IllegalArgumentException e) {
      // Its font cannot say what the field says: viewers show nothing either.
    }
  }
}
