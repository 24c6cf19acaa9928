package io.github.qwenvlspark.pipeline.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL that asks a model which repeats its prompt. */
class ModelFunctionsTest {
  private static final String OCR = "Read all the text in the image.";

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() {
    FreshEngine.forget();
    spark = ModelSql.open(EchoEngine.access());
    SampleFiles files = new SampleFiles(folder);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add("(%d, '%s')".formatted(i, files.picture("in/%02d.png".formatted(i), 60, 40)));
    }
    files.text(
        "tasks/key_information.yaml",
        """
        task: key_information
        media: [image, pdf]
        prompt: '{"vendor": "ALPHA", "total": "1.50", "day": "no day"}'
        answer: fields
        """);
    files.text(
        "tasks/document_parsing.yaml",
        """
        task: document_parsing
        media: [image, pdf]
        prompt: '<h1 data-bbox="1 2 3 4">Bill</h1><p data-bbox="5 6 7 8">Thanks</p>'
        answer: html
        """);
    spark.conf().set("spark.qwenvl.sql.model", "no-model-needed");
    spark.conf().set("spark.qwenvl.sql.tasks", folder.resolve("tasks").toString());
    spark
        .sql("SELECT * FROM VALUES %s AS t(n, uri)".formatted(String.join(", ", rows)))
        .repartition(3)
        .sortWithinPartitions("n")
        .createOrReplaceTempView("pictures");
    String pdf = files.pdf("in/two.pdf", 2).toString();
    spark.sql("SELECT '%s' AS uri, 'bill' AS name".formatted(pdf)).createOrReplaceTempView("bills");
  }

  @AfterAll
  static void stop() {
    spark.stop();
    FreshEngine.forget();
  }

  private static List<String> rows(String query) {
    return ModelSql.rows(spark, query);
  }

  @Test
  void everyRowHasItsAnswer() {
    assertThat(rows("SELECT n, qwenvl_ask(uri, concat('say ', n)) FROM pictures ORDER BY n"))
        .hasSize(20)
        .startsWith("0 | say 0", "1 | say 1")
        .endsWith("19 | say 19");
  }

  @Test
  void rowsOfAPartitionKeepTheirOrder() {
    assertThat(rows("SELECT n, qwenvl_ocr(uri) FROM (SELECT * FROM pictures ORDER BY n DESC)"))
        .hasSize(20)
        .startsWith("19 | " + OCR, "18 | " + OCR);
  }

  @Test
  void pagesAreReadTogetherAndOneByOne() {
    assertThat(rows("SELECT qwenvl_ocr(uri) FROM bills")).containsExactly(OCR + "\n\n" + OCR);
    assertThat(
            rows(
                "SELECT a.part.page, a.status FROM bills LATERAL VIEW explode(qwenvl_answers(uri, 'ocr')) AS a"))
        .containsExactly("1 | ok", "2 | ok");
  }

  @Test
  void nothingIsAskedAboutNothing() {
    int asked = EchoEngine.asked();

    assertThat(
            rows(
                "SELECT qwenvl_ocr(NULL), qwenvl_ask(uri, NULL), qwenvl_extract(NULL, 'a string') FROM bills"))
        .containsExactly("null | null | null");
    assertThat(EchoEngine.asked()).isEqualTo(asked);
  }

  @Test
  void manyRowsWithoutADocumentDoNotEndTheQuestions() {
    String rows = "SELECT IF(id < %d, NULL, '%s') AS uri FROM range(0, %d, 1, 1)";
    int nothing = 2 * AskPartition.MOST_WAITING;

    assertThat(
            rows(
                "SELECT count(*), count(t) FROM (SELECT qwenvl_ocr(uri) AS t FROM (%s))"
                    .formatted(rows.formatted(nothing, folder.resolve("in/00.png"), nothing + 3))))
        .containsExactly("%d | 3".formatted(nothing + 3));
  }

  @Test
  void moreRowsThanMayWaitBehindADocumentAreAllAnswered() {
    String bill = folder.resolve("in/two.pdf").toString();
    String rows = "SELECT IF(id %% 500 = 499, '%s', NULL) AS uri FROM range(0, %d, 1, 1)";
    int all = 3 * AskPartition.MOST_WAITING;

    assertThat(
            rows(
                "SELECT count(*), count(t) FROM (SELECT qwenvl_ocr(uri) AS t FROM (%s))"
                    .formatted(rows.formatted(bill, all))))
        .containsExactly("%d | %d".formatted(all, all / 500));
  }

  @Test
  void whatCannotBeReadIsNullAndSaysWhy() {
    assertThat(
            rows(
                "SELECT qwenvl_ocr(uri), qwenvl_answers(uri, 'ocr')[0].error.type FROM VALUES ('%s') AS t(uri)"
                    .formatted(folder.resolve("in/missing.png"))))
        .containsExactly("null | NOT_FOUND");
  }

  @Test
  void aQuestionThatStandsTwiceIsAskedOnce() {
    int asked = EchoEngine.asked();

    assertThat(
            rows(
                "SELECT count(*), max(t) FROM (SELECT qwenvl_ocr(uri) AS t, length(qwenvl_ocr(uri)) AS l FROM pictures) WHERE l > 3"))
        .containsExactly("20 | " + OCR);
    assertThat(EchoEngine.asked() - asked).isEqualTo(20);
  }

  @Test
  void onlyRowsThatOtherConditionsLeaveAreAsked() {
    int asked = EchoEngine.asked();

    assertThat(
            rows(
                "SELECT n FROM pictures WHERE qwenvl_ask(uri, concat('say ', n)) LIKE '%8' AND n < 10"))
        .containsExactly("8");
    assertThat(EchoEngine.asked() - asked).isEqualTo(10);
  }

  @Test
  void aLimitLimitsTheQuestions() {
    int asked = EchoEngine.asked();

    assertThat(rows("SELECT qwenvl_ocr(uri) FROM pictures LIMIT 2")).containsExactly(OCR, OCR);
    assertThat(EchoEngine.asked() - asked).isLessThanOrEqualTo(2 * 3);
  }

  @Test
  void oneAnswerCanBeAskedAbout() {
    assertThat(
            rows(
                "SELECT qwenvl_ask(uri, concat(qwenvl_ask(uri, 'who'), ' is it?')) FROM pictures WHERE n = 3"))
        .containsExactly("who is it?");
  }

  @Test
  void answersAreGrouped() {
    assertThat(
            rows(
                "SELECT qwenvl_ask(uri, concat('kind ', n % 2)) AS kind, count(*) FROM pictures GROUP BY kind ORDER BY kind"))
        .containsExactly("kind 0 | 10", "kind 1 | 10");
  }

  @Test
  void fieldsAreTypedColumns() {
    assertThat(
            rows(
                "SELECT f.vendor, f.total + 1, f.day FROM (SELECT qwenvl_extract(uri, 'vendor string, total decimal(18,2), day date') AS f FROM bills)"))
        .containsExactly("ALPHA | 2.50 | null");
  }

  @Test
  void blocksOfAllPagesAreListed() {
    assertThat(
            rows(
                "SELECT b.page, b.type, b.text, to_json(b.bbox) FROM bills LATERAL VIEW explode(qwenvl_parse(uri)) AS b"))
        .hasSize(4)
        .startsWith("1 | h1 | Bill | [2,4,6,8]")
        .endsWith("2 | p | Thanks | [10,12,14,16]");
  }

  @Test
  void aTableFunctionReadsAQueryOrATable() {
    assertThat(
            rows(
                "SELECT name, answer.part.page, answer.text FROM qwenvl_read(TABLE(bills), 'ocr') ORDER BY 2"))
        .containsExactly("bill | 1 | " + OCR, "bill | 2 | " + OCR);
    assertThat(rows("SELECT count(*) FROM qwenvl_read('bills', 'ocr')")).containsExactly("2");
    assertThat(
            rows(
                "SELECT count(*) FROM qwenvl_read(TABLE(SELECT * FROM pictures WHERE n = 1), 'ocr')"))
        .containsExactly("1");
    assertThat(
            rows(
                "SELECT count(*) FROM qwenvl_read('SELECT uri FROM pictures WHERE n < 7', 'ocr') WHERE answer.status = 'ok'"))
        .containsExactly("7");
  }

  @Test
  void answersCanBeWrittenIntoATable() {
    String table = folder.resolve("answers").toString();
    spark.sql("SELECT n, qwenvl_ocr(uri) AS text FROM pictures").write().parquet(table);

    assertThat(
            rows(
                "SELECT count(DISTINCT n) FROM parquet.`%s` WHERE text = '%s'"
                    .formatted(table, OCR)))
        .containsExactly("20");
  }

  @Test
  void aJoinOnAnswersIsRefused() {
    assertThatThrownBy(
            () ->
                rows(
                    "SELECT 1 FROM pictures a JOIN bills b ON qwenvl_ocr(a.uri) = qwenvl_ocr(b.uri)"))
        .hasMessageContaining("expects a deterministic expression");
  }

  @Test
  void aSchemaThatIsNoConstantIsRefused() {
    assertThatThrownBy(() -> rows("SELECT qwenvl_extract(uri, name) FROM bills"))
        .hasMessageContaining("schema must be a constant text");
  }

  @Test
  void anUnknownTaskIsRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> rows("SELECT qwenvl_answers(uri, 'nonsense') FROM bills"))
        .hasStackTraceContaining("nonsense");
  }

  @Test
  void aSessionWithoutAModelSaysHowToNameOne() {
    spark.conf().unset("spark.qwenvl.sql.model");
    try {
      assertThatThrownBy(() -> rows("SELECT qwenvl_ocr(uri) FROM bills"))
          .hasStackTraceContaining("SET spark.qwenvl.sql.model");
    } finally {
      spark.conf().set("spark.qwenvl.sql.model", "no-model-needed");
    }
  }

  @Test
  void functionsDescribeThemselves() {
    for (ModelFunction function : ModelFunctions.ALL) {
      assertThat(String.join("\n", rows("DESCRIBE FUNCTION EXTENDED " + function.name())))
          .contains(function.name() + "(uri", "Arguments:", "Examples:", "SELECT");
    }
  }
}
