package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.JobDescriptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A landing folder and its table: what arrives, changes, goes and comes back. */
@Tag("long")
class EtlFolderTest extends EtlRuns {
  @Test
  void eachPartOfANewFileBecomesATypedRow() throws TimeoutException {
    files.picture("in/a.png", 60, 40);
    files.pdf("in/deep/er/b.pdf", 2);

    EtlSummary summary;
    try (JobDescriptions jobs = new JobDescriptions(spark.sparkContext())) {
      summary = etl("in");
      assertThat(jobs.all())
          .doesNotContain("none")
          .contains(
              "qwenvl: counting the documents to look at for bills",
              "qwenvl: inspecting documents",
              "qwenvl: bringing answers into bills",
              "qwenvl: counting the rows of bills");
    }

    assertThat(bills())
        .containsExactly(
            "a.png 0 ALPHA 1.50 alive", "b.pdf 1 ALPHA 1.50 alive", "b.pdf 2 ALPHA 1.50 alive");
    assertThat(rows("bills", "size(_problems)", "document_fingerprint LIKE 'length:%'"))
        .containsOnly("0 true");
    assertThat(summary.text())
        .isEqualToNormalizingNewlines(
            """
            bills: 3 rows (0 with values that need a look), 0 deleted, 0 failures
            this run: 3 answered + 0 errors, 0 known before
            """);
  }

  @Test
  void aSecondRunAsksNothingAndChangesNothing() {
    files.picture("in/a.png", 60, 40);
    files.empty("in/empty.png");
    etl("in");
    int asked = EchoEngine.asked();
    long commits = commits("bills") + commits("bills_failures");

    EtlSummary again = etl("in");

    assertThat(EchoEngine.asked()).isEqualTo(asked);
    assertThat(commits("bills") + commits("bills_failures")).isEqualTo(commits);
    assertThat(again.tally().rows() + again.known()).isZero();
  }

  @Test
  void aChangedFileOfTheSameNameReplacesItsRowsAndPartsThatAreGoneAreMarked() {
    files.pdf("in/b.pdf", 3);
    etl("in");
    List<String> before = rows("bills", "part.page", "request_key");
    files.pdf("in/b.pdf", 1);

    etl("in");

    assertThat(bills())
        .containsExactly(
            "b.pdf 1 ALPHA 1.50 alive", "b.pdf 2 ALPHA 1.50 deleted", "b.pdf 3 ALPHA 1.50 deleted");
    assertThat(rows("bills", "part.page", "request_key"))
        .hasSize(3)
        .containsAll(before.subList(1, 3))
        .doesNotContain(before.get(0));
  }

  @Test
  void aDeletedFileIsMarkedAndAliveAgainWhenItComesBack() throws IOException {
    files.picture("in/a.png", 60, 40);
    files.picture("in/b.png", 60, 40);
    etl("in");
    Files.move(file("in/a.png"), file("elsewhere.png"));

    assertThat(etl("in").deleted()).isEqualTo(1);
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 deleted", "b.png 0 ALPHA 1.50 alive");

    Files.move(file("elsewhere.png"), file("in/a.png"));
    int asked = EchoEngine.asked();

    assertThat(etl("in").alive()).isEqualTo(2);
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 alive", "b.png 0 ALPHA 1.50 alive");
    assertThat(EchoEngine.asked()).as("its answer is known").isEqualTo(asked);
  }

  @Test
  void badFilesAreFailuresUntilTheyAreMendedOrGone() throws IOException {
    files.empty("in/empty.png");
    files.truncatedPicture("in/cut.png");
    files.text("in/page.png", "no picture");
    etl("in");
    assertThat(failures("regexp_extract(uri, '[^/]+$', 0)", "error_type", "retryable", "attempts"))
        .containsExactly(
            "cut.png CORRUPT_MEDIA false 1",
            "empty.png CORRUPT_MEDIA false 1",
            "page.png UNSUPPORTED_MEDIA false 1");

    files.picture("in/cut.png", 60, 40);
    Files.delete(file("in/empty.png"));
    etl("in");

    assertThat(failures("regexp_extract(uri, '[^/]+$', 0)", "attempts"))
        .containsExactly("page.png 1");
    assertThat(bills()).containsExactly("cut.png 0 ALPHA 1.50 alive");
  }

  @Test
  void aFileThatCannotBeReadAnyMoreKeepsItsLastRowsAndIsAFailure() {
    files.pdf("in/b.pdf", 2);
    etl("in");
    files.text("in/b.pdf", "broken");

    etl("in");

    assertThat(bills()).containsExactly("b.pdf 1 ALPHA 1.50 alive", "b.pdf 2 ALPHA 1.50 alive");
    assertThat(failures("part.kind", "error_type")).containsExactly("document UNSUPPORTED_MEDIA");
  }

  @Test
  void anEmptiedFolderIsNotBelievedUnlessItIsSaid() throws IOException {
    files.picture("in/a.png", 60, 40);
    etl("in");
    Files.delete(file("in/a.png"));

    assertThatThrownBy(() -> etl("in"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageEndingWith(
            "in holds no documents, and 1 rows of bills would be marked as deleted; if it is true, say --allow-empty");
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 alive");

    etl(request("in", Extent.CHANGES, EtlRequest.Emptied.BELIEVED), step -> {});
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 deleted");
  }

  @Test
  void aTableThatWasLostIsMadeAgainFromTheAnswersThatAreKnown() throws IOException {
    files.picture("in/a.png", 60, 40);
    etl("in");
    List<String> before = rows("bills", "request_key", "read_at");
    spark.sql("DELETE FROM delta.`%s/bills`".formatted(output().root()));
    int asked = EchoEngine.asked();

    etl("in");

    assertThat(rows("bills", "request_key", "read_at")).isEqualTo(before);
    assertThat(EchoEngine.asked()).isEqualTo(asked);
  }

  @Test
  void whatIsNeitherAFolderNorADeltaTableIsRefused() {
    files.text("m.csv", "uri\na.png\n");

    assertThatThrownBy(() -> etl("m.csv"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageEndingWith(
            "m.csv: a folder, or a Delta table with the columns of a manifest, is needed");
  }
}
