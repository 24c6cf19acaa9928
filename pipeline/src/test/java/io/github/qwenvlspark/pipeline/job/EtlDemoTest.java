package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.etl.Conventions;
import io.github.qwenvlspark.pipeline.etl.Conventions.DateOrder;
import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A trained model reads invoices into a typed table. */
@Tag("long")
class EtlDemoTest extends EtlRuns {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());

  private EtlSummary extract(Conventions conventions, Extent extent) {
    TableFields fields =
        TableFields.of("vendor string, invoice_no string, date date, total decimal(18,2)");
    EtlRequest request =
        new EtlRequest(
            new RunRequest(
                file("landing").toString(),
                DEMO.model().toString(),
                output(),
                List.of("key_information"),
                Optional.empty(),
                Optional.empty(),
                Retry.TRANSIENT,
                OptionalInt.empty(),
                Optional.of(fields.asked())),
            "invoices",
            fields,
            conventions,
            100,
            extent,
            EtlRequest.Emptied.REFUSED);
    PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new EtlJob(spark, ModelAccess.qwenVl(), new Progress(out, Progress.Style.SILENT))
        .run(
            request,
            new Settings(
                Map.of(
                    "spark.qwenvl.engine.maxContextTokens", "1024",
                    "spark.qwenvl.engine.maxBatch", "4")));
  }

  private List<String> invoices() {
    return rows(
        "invoices",
        "vendor",
        "invoice_no",
        "date",
        "total",
        "to_json(transform(_problems, p -> p.value))");
  }

  @Test
  void invoicesBecomeRowsAndUncertainDatesStayOpenUntilTheirOrderIsKnown() throws IOException {
    Files.createDirectories(file("landing"));
    for (String name : List.of("invoice-01.png", "invoice-07.png", "receipt-05.png")) {
      Files.copy(
          DEMO.folder().resolve("samples/inputs").resolve(name), file("landing").resolve(name));
    }

    assertThat(extract(Conventions.NONE, Extent.CHANGES).text())
        .isEqualToNormalizingNewlines(
            """
            invoices: 3 rows (2 with values that need a look), 0 deleted, 0 failures
            this run: 3 answered + 0 errors, 0 known before
            """);
    assertThat(invoices())
        .containsExactly(
            "ALPHA LTD W-4158 null 231.84 [\"06/19/29\"]",
            "KLVJPXC INC INV-07043 2015-10-18 34.66 []",
            "Vigusuwu Shop EB7396 null 148.08 [\"10/21/23\"]");

    EtlSummary again =
        extract(new Conventions(DateOrder.MDY, DecimalMark.UNKNOWN, 2000), Extent.EVERYTHING);

    assertThat(invoices())
        .containsExactly(
            "ALPHA LTD W-4158 2029-06-19 231.84 []",
            "KLVJPXC INC INV-07043 2015-10-18 34.66 []",
            "Vigusuwu Shop EB7396 2023-10-21 148.08 []");
    assertThat(again.tally().rows()).as("the answers are known").isZero();
  }
}
