package io.github.qwenvlspark.pipeline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.udfs.sql.QwenVlExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The statements of docs/ask-in-sql.md, in a plain session that has the extension and nothing else.
 */
class AskInSqlPageTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final Pattern STATEMENT = Pattern.compile("```sql\n(.*?)\n```", Pattern.DOTALL);

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    LocalSpark.stop();
    FreshEngine.forget();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("plain")
            .config("spark.sql.extensions", QwenVlExtensions.class.getName())
            .config("spark.qwenvl.sql.model", DEMO.model().toString())
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    try (Stream<Path> files = Files.list(DEMO.folder().resolve("samples/inputs"))) {
      spark
          .createDataset(
              files.map(Path::toString).filter(name -> name.matches(".*(png|jpg|pdf)")).toList(),
              Encoders.STRING())
          .toDF("uri")
          .createOrReplaceTempView("documents");
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
    FreshEngine.forget();
  }

  static Stream<String> statements() throws IOException {
    Matcher found = STATEMENT.matcher(Files.readString(Path.of("../docs/ask-in-sql.md")));
    return found.results().map(statement -> statement.group(1));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void everyStatementOfThePageRuns(String statement) {
    List<Row> rows = spark.sql(statement).collectAsList();

    if (statement.startsWith("SELECT")) {
      assertThat(rows).isNotEmpty().anySatisfy(row -> assertThat(row.get(1)).isNotNull());
    } else {
      assertThat(spark.table("texts").where("text IS NOT NULL").count()).isPositive();
    }
  }

  @Test
  void fieldsOfAnInvoiceAreThoseOfTheReference() {
    String invoice = DEMO.folder().resolve("samples/inputs/invoice-01.png").toString();

    Row bill =
        spark
            .sql("SELECT qwenvl_answers('%s', 'key_information')[0] AS answer".formatted(invoice))
            .selectExpr("answer.status", "answer.fields['vendor']", "answer.finish_reason")
            .head();

    assertThat(bill.getString(0)).isEqualTo("ok");
    assertThat(bill.getString(1)).isNotBlank();
    assertThat(bill.getString(2)).isEqualTo("stop");
  }
}
