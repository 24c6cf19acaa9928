package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.evaluate.Evaluation;
import io.github.qwenvlspark.pipeline.job.EvaluateJob.Answers;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.udfs.measure.Normalization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of whole runs beside tables of truths. */
class EvaluateJobTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
    task("facts", "fields");
    task("boxes", "boxes");
    task("page", "html");
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    files.empty("in/broken.png");
  }

  private Dataset<Row> scores(String jsonLines, Normalization normalization) {
    EvaluateJob job = new EvaluateJob(spark);
    return job.scores(truths(jsonLines), answers(), normalization);
  }

  private Dataset<Row> truths(String jsonLines) {
    return new EvaluateJob(spark)
        .truths(files.text("in/truth.jsonl", jsonLines).toString(), List.of("say"));
  }

  private Answers answers() {
    return new Answers(output(), Optional.empty());
  }

  private static List<String> rows(Dataset<Row> table, String... columns) {
    return table.selectExpr(columns).collectAsList().stream()
        .map(row -> row.mkString(" "))
        .toList();
  }

  @Test
  void textsAreMeasuredAndWhatHasNoAnswerIsWorst() {
    run(files.text("in/m.csv", "uri,say\na.png,Hello world\nbroken.png,never\n"), "say");
    Dataset<Row> scores =
        scores(
            """
            {"uri": "a.png", "text": "Hello  World"}
            {"uri": "b.png", "text": "never asked"}
            {"uri": "broken.png", "text": "not readable"}
            """,
            Normalization.WHITESPACE);

    assertThat(rows(scores.orderBy("uri"), "answer", "exact", "cer", "wer", "anls"))
        .containsExactly(
            "ok false " + 1.0 / 11 + " 0.5 1.0",
            "missing false 1.0 1.0 0.0",
            "error false 1.0 1.0 0.0");
    assertThat(
            rows(
                Evaluation.summary(scores, List.of()),
                "truths",
                "answered",
                "missing",
                "errors",
                "round(anls, 3)",
                "field_f1",
                "map_50"))
        .containsExactly("3 1 1 1 0.333 null null");
  }

  @Test
  void oneOfSeveralAnswersIsEnough() {
    run(files.text("in/m.csv", "uri,say\na.png,42\n"), "say");

    assertThat(
            rows(
                scores(
                    "{\"uri\": \"a.png\", \"answers\": [\"forty-two\", \"42\"]}\n",
                    Normalization.NONE),
                "exact",
                "anls",
                "cer"))
        .containsExactly("true 1.0 null");
  }

  @Test
  void fieldsAreCountedOverAllRows() {
    run(
        files.text(
            "in/m.csv",
            "uri,say\na.png,\"{\"\"vendor\"\": \"\"A\"\", \"\"total\"\": \"\"1\"\"}\"\nb.png,\"{\"\"vendor\"\": \"\"X\"\"}\"\n"),
        "facts");
    Dataset<Row> summary =
        Evaluation.summary(
            scores(
                """
                {"uri": "a.png", "task": "facts", "kind": "old", "fields": {"vendor": "A", "total": "2"}}
                {"uri": "b.png", "task": "facts", "kind": "new", "fields": {"vendor": "X"}}
                """,
                Normalization.NONE),
            List.of("kind"));

    assertThat(rows(summary, "kind", "truths", "field_precision", "field_recall", "field_f1"))
        .containsExactly("new 1 1.0 1.0 1.0", "old 1 0.5 0.5 0.5");
  }

  @Test
  void fieldsThatNobodyAnsweredHaveNoPrecision() {
    run(files.text("in/m.csv", "uri,say\na.png,x\n"), "say");
    Dataset<Row> summary =
        Evaluation.summary(
            scores(
                "{\"uri\": \"b.png\", \"task\": \"facts\", \"fields\": {\"vendor\": \"X\"}}\n",
                Normalization.NONE),
            List.of());

    assertThat(rows(summary, "missing", "field_precision", "field_recall", "field_f1"))
        .containsExactly("1 null 0.0 0.0");
  }

  @Test
  void boxesAreMatchedInOriginalPixels() {
    String boxes = "[{\"\"bbox_2d\"\": [0, 0, 15, 10], \"\"label\"\": \"\"cat\"\"}]";
    run(files.text("in/m.csv", "uri,say\na.png,\"%s\"\n".formatted(boxes)), "boxes");

    assertThat(
            rows(
                Evaluation.summary(
                    scores(
                        "{\"uri\": \"a.png\", \"task\": \"boxes\", \"boxes\": [{\"label\": \"cat\", \"bbox\": [0, 0, 30, 20]}]}\n",
                        Normalization.NONE),
                    List.of("task")),
                "task",
                "box_iou",
                "map_50",
                "map_50_95"))
        .containsExactly("boxes 1.0 1.0 1.0");
  }

  @Test
  void factsOfAPageHoldOrAreNamed() {
    String page =
        "<h1 data-bbox='0 0 9 9'>Bill</h1><table data-bbox='0 0 9 9'><tr><th>item</th><th>price</th></tr><tr><td>nut</td><td>3</td></tr></table>";
    run(files.text("in/m.csv", "uri,say\na.png,\"%s\"\n".formatted(page)), "page");
    Dataset<Row> scores =
        scores(
            """
            {"uri": "a.png", "task": "page", "facts": [{"present": "Bill"}, {"absent": "confidential"}, {"order": ["Bill", "nut"]}, {"cell": {"row": "nut", "column": "price", "value": "3"}}, {"present": "bolt"}]}
            """,
            Normalization.NONE);

    assertThat(rows(scores, "facts", "facts_held", "facts_failed[0]"))
        .containsExactly("5 4 {\"present\":\"bolt\"}");
    assertThat(rows(Evaluation.summary(scores, List.of()), "facts")).containsExactly("0.8");
  }

  @Test
  void aTruthThatCannotBeReadIsNamedAndMeasuresNothing() {
    run(files.text("in/m.csv", "uri,say\na.png,x\n"), "say");
    Dataset<Row> scores =
        scores("{\"uri\": \"a.png\", \"boxes\": \"no json\"}\n", Normalization.NONE);

    assertThat(rows(scores, "problem", "cer"))
        .containsExactly("The truth's column boxes is no JSON null");
    assertThat(rows(Evaluation.summary(scores, List.of()), "truths", "unusable"))
        .containsExactly("1 1");
  }

  @Test
  void aTruthOfAPdfNamesItsPage() {
    files.pdf("in/two.pdf", 2);
    run(files.text("in/m.csv", "uri,say\ntwo.pdf,x\n"), "say");

    assertThat(
            rows(
                scores(
                        """
                        {"uri": "two.pdf", "page": "2", "text": "x"}
                        {"uri": "two.pdf", "page": "2", "text": "x"}
                        {"uri": "two.pdf", "page": "second", "text": "x"}
                        {"uri": "two.pdf", "text": "x"}
                        """,
                        Normalization.NONE)
                    .orderBy("problem"),
                "page",
                "cer",
                "problem"))
        .containsExactly(
            "2 0.0 null",
            "null null The truth names no page, and the document has 2 parts",
            "null null The truth's column page is no number");
  }

  @Test
  void twoRunsAreComparedMeasureByMeasure() {
    String truth =
        "{\"uri\": \"a.png\", \"text\": \"abcd\"}\n{\"uri\": \"b.png\", \"text\": \"abcd\"}\n";
    run(
        request(
            files.text("in/1.csv", "uri,say\na.png,abcx\nb.png,abcd\n"), Retry.TRANSIENT, "say"),
        Map.of());
    String first = texts("run_id").get(0);
    run(
        request(
            files.text("in/2.csv", "uri,say\na.png,abcd \nb.png,abcd\n"), Retry.TRANSIENT, "say"),
        Map.of());
    EvaluateJob job = new EvaluateJob(spark);
    Dataset<Row> truths = truths(truth);

    Dataset<Row> comparison =
        Evaluation.comparison(
            job.scores(truths, new Answers(output(), Optional.of(first)), Normalization.WHITESPACE),
            job.scores(truths, answers(), Normalization.WHITESPACE));

    assertThat(
            rows(
                comparison.where("measure IN ('cer', 'exact')"),
                "measure",
                "rows",
                "first",
                "second",
                "better",
                "worse",
                "same"))
        .containsExactly("cer 2 0.125 0.0 1 0 1", "exact 2 0.5 1.0 1 0 1");
    assertThat(job.withoutTruth(truths("{\"uri\": \"a.png\"}\n"), answers())).isPositive();
  }
}
