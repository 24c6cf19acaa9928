package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.cli.Main;
import io.github.qwenvlspark.pipeline.testing.JobDescriptions;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** {@code qwenvl evaluate} as people call it. */
class EvaluateCommandTest extends EchoRuns {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int evaluate(String... more) {
    String truth =
        files
            .text(
                "in/truth.jsonl",
                "{\"uri\": \"a.png\", \"text\": \"hello\"}\n{\"uri\": \"<b>x.png\", \"text\": \"never read\"}\n")
            .toString();
    String[] arguments = new String[5 + more.length];
    arguments[0] = "evaluate";
    arguments[1] = "--truth=" + truth;
    arguments[2] = "--task=say";
    arguments[3] = "--conf=spark.sql.shuffle.partitions=1";
    arguments[4] = "--conf=spark.master=local[2]";
    System.arraycopy(more, 0, arguments, 5, more.length);
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      return Main.execute(arguments);
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void figuresArePrintedComparedAndSaved() throws TimeoutException {
    task("say", "text");
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    run(files.text("in/m.csv", "uri,say\na.png,hello\nb.png,unknown\n"), "say");
    String out = output().root();

    Path page = folder.resolve("report.html");
    JobDescriptions jobs = new JobDescriptions(spark.sparkContext()); // evaluate ends the session

    assertThat(
            evaluate(
                "--output=" + out,
                "--save=" + out + "/scores",
                "--against=" + out,
                "--report=" + page))
        .isZero();
    assertThat(jobs.all())
        .isNotEmpty()
        .allMatch(text -> text.contains("qwenvl: measuring answers against truths"));
    assertThat(page)
        .content()
        .contains("How right the answers are", "By task", "Least right", "&lt;b&gt;x.png")
        .doesNotContain("<b>x.png", "http://", "https://");
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("cer", "map_50_95", "1 answers without a truth", "better", "worse");
    assertThat(
            LocalSpark.session()
                .read()
                .format("delta")
                .load(out + "/scores")
                .where("answer = 'ok'")
                .select("cer")
                .first())
        .satisfies(row -> assertThat(row.getDouble(0)).isZero());
  }

  @Test
  void aFolderWithoutResultsIsABadRequest() {
    assertThat(evaluate("--output=" + folder.resolve("nothing"))).isEqualTo(2);
  }

  @Test
  void anUnknownNormalizationIsABadRequest() {
    assertThat(evaluate("--output=x", "--normalize=stem")).isEqualTo(2);
  }
}
