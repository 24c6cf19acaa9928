package io.github.qwenvlspark.pipeline.plan;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * What PDFBox says of pages that it reads with difficulty. It quotes them, and logs tell nothing of
 * documents.
 */
public final class PdfWarnings {
  private static final List<String> LOGGERS = List.of("org.apache.pdfbox", "org.apache.fontbox");

  private PdfWarnings() {}

  /**
   * Says nothing more in this process, whatever its configuration wants. Without effect where Spark
   * does not log through Log4j.
   */
  public static void turnOff() {
    if (LogManager.getContext(false) instanceof LoggerContext) {
      LOGGERS.forEach(logger -> Configurator.setAllLevels(logger, Level.OFF));
    }
  }
}
