package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;

class PdfWarningsTest {
  @Test
  void noConfigurationBringsThemIntoALog() {
    Configurator.setLevel("org.apache.pdfbox", Level.DEBUG);
    Configurator.setLevel("org.apache.pdfbox.pdfparser.PDFStreamParser", Level.WARN);

    PdfWarnings.turnOff();

    for (String name :
        new String[] {
          "org.apache.pdfbox",
          "org.apache.pdfbox.pdfparser.PDFStreamParser",
          "org.apache.fontbox.ttf.TTFParser"
        }) {
      assertThat(LogManager.getLogger(name).isErrorEnabled()).as(name).isFalse();
    }
  }
}
