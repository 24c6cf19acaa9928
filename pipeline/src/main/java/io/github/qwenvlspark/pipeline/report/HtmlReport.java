package io.github.qwenvlspark.pipeline.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.ext.beans.ZeroArgumentNonVoidMethodPolicy;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a report as one HTML file: no script, no request to anywhere. Every value is escaped by
 * the template's output format, since it comes from documents and models; parsed pages are cleaned
 * by {@link CleanPage}. Thread-safe.
 */
public final class HtmlReport {
  private static final Configuration TEMPLATES = templates();

  private HtmlReport() {}

  public static void write(ReportSummary summary, List<ReportPage> pages, Writer out)
      throws IOException {
    process("report.ftlh", Map.of("summary", summary, "pages", pages), out);
  }

  /** One picture, page or clip alone, with all that is known of its answers. */
  public static void write(ReportPage page, Writer out) throws IOException {
    process("show.ftlh", Map.of("page", page), out);
  }

  /** Tables of figures. */
  public static void write(String title, String subtitle, List<FigureTable> tables, Writer out)
      throws IOException {
    process("figures.ftlh", Map.of("title", title, "subtitle", subtitle, "tables", tables), out);
  }

  private static void process(String template, Map<String, Object> values, Writer out)
      throws IOException {
    try {
      TEMPLATES.getTemplate(template).process(values, out);
    } catch (TemplateException e) {
      throw new IllegalStateException("The report's template is wrong", e);
    }
  }

  private static Configuration templates() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    DefaultObjectWrapperBuilder records =
        new DefaultObjectWrapperBuilder(Configuration.VERSION_2_3_34);
    records.setRecordZeroArgumentNonVoidMethodPolicy(
        ZeroArgumentNonVoidMethodPolicy.BOTH_METHOD_AND_PROPERTY_UNLESS_BEAN_PROPERTY_READ_METHOD);
    configuration.setObjectWrapper(records.build());
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration;
  }
}
