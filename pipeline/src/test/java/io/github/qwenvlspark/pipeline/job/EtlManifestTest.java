package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manifest that is a Delta table: rows that are inserted, updated and deleted. */
@Tag("long")
class EtlManifestTest extends EtlRuns {
  @BeforeEach
  void pictures() {
    Stream.of("a", "b", "c").forEach(name -> files.picture(name + ".png", 60, 40));
  }

  private void manifest(boolean changeFeed) {
    sql(
        "CREATE TABLE %s (uri STRING, say STRING, pages STRING) USING delta TBLPROPERTIES ('delta.enableChangeDataFeed' = '"
            + changeFeed
            + "')");
  }

  /** With %s for the manifest. */
  private void sql(String statement) {
    spark.sql(statement.formatted("delta.`%s`".formatted(file("m"))));
  }

  private void insert(String uri, String vendor, String total) {
    sql(
        "INSERT INTO %s VALUES ('"
            + uri
            + "', '{\"vendor\": \""
            + vendor
            + "\", \"total\": \""
            + total
            + "\"}', NULL)");
  }

  @ParameterizedTest(name = "change data feed {0}")
  @ValueSource(booleans = {true, false})
  void insertedRowsAreReadAndDeletedOnesMarked(boolean changeFeed) {
    manifest(changeFeed);
    insert("a.png", "ALPHA", "1.50");
    insert("b.png", "BETA", "2.50");
    etl("m");
    insert("c.png", "GAMMA", "3.50");
    sql("DELETE FROM %s WHERE uri = 'a.png'");

    etl("m");

    assertThat(bills())
        .containsExactly(
            "a.png 0 ALPHA 1.50 deleted", "b.png 0 BETA 2.50 alive", "c.png 0 GAMMA 3.50 alive");
  }

  @Test
  void anUpdatedRowIsReadAgainThroughTheChangeDataFeed() {
    manifest(true);
    insert("a.png", "ALPHA", "1.50");
    etl("m");
    sql("UPDATE %s SET say = replace(say, '1.50', '9.00')");

    etl("m");

    assertThat(bills()).containsExactly("a.png 0 ALPHA 9.00 alive");
  }

  @Test
  void withoutTheFeedAnUpdateIsSeenByARunOverEverything() {
    manifest(false);
    insert("a.png", "ALPHA", "1.50");
    etl("m");
    sql("UPDATE %s SET say = replace(say, '1.50', '9.00')");

    etl("m");
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 alive");

    etl(request("m", Extent.EVERYTHING, EtlRequest.Emptied.REFUSED), step -> {});
    assertThat(bills()).containsExactly("a.png 0 ALPHA 9.00 alive");
  }

  @ParameterizedTest(name = "change data feed {0}")
  @ValueSource(booleans = {true, false})
  void aManifestThatIsWrittenAnewEachNightIsFollowed(boolean changeFeed) {
    manifest(changeFeed);
    insert("a.png", "ALPHA", "1.50");
    etl("m");
    sql("INSERT OVERWRITE %s SELECT 'b.png', '{\"vendor\": \"BETA\"}', CAST(NULL AS STRING)");

    etl("m");

    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 deleted", "b.png 0 BETA null alive");
  }

  @Test
  void rowsOfOneDocumentThatComeOneAfterTheOtherStayTogether() {
    manifest(true);
    files.pdf("d.pdf", 2);
    sql("INSERT INTO %s VALUES ('d.pdf', '{\"vendor\": \"ONE\"}', '1')");
    etl("m");
    sql("INSERT INTO %s VALUES ('d.pdf', '{\"vendor\": \"TWO\"}', '2')");

    etl("m");

    assertThat(bills()).containsExactly("d.pdf 1 ONE null alive", "d.pdf 2 TWO null alive");
  }

  @Test
  void aDocumentThatComesAfterItsRowIsAFailureUntilItIsThere() {
    manifest(true);
    insert("late.png", "LATE", "1.50");
    insert("a.png", "ALPHA", "1.50");
    etl("m");
    assertThat(failures("error_type", "retryable")).containsExactly("NOT_FOUND false");

    files.picture("late.png", 60, 40);
    etl("m");

    assertThat(failures("uri")).isEmpty();
    assertThat(bills()).containsExactly("a.png 0 ALPHA 1.50 alive", "late.png 0 LATE 1.50 alive");
  }

  @Test
  void aSignedAddressIsKnownAgainAndWrittenDownNowhere() throws IOException {
    manifest(true);
    insert("https://host/a.png?signature=S1gned", "ALPHA", "1.50");
    insert("b.png", "BETA", "2.50");
    etl("m");
    long before = commits("bills_failures");

    EtlSummary again = etl("m");

    assertThat(again.deleted()).isZero();
    assertThat(commits("bills_failures")).isEqualTo(before);
    assertThat(failures("uri"))
        .singleElement()
        .asString()
        .startsWith("https://host/a.png?redacted=");
    try (Stream<Path> written = Files.walk(Path.of(output().root()))) {
      for (Path file : written.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("S1gned");
      }
    }
  }

  @Test
  void answersThatAreNoFieldsAreFailuresAndWhatMayPassIsAskedAgainEachRun() {
    manifest(true);
    sql("INSERT INTO %s VALUES ('a.png', 'no fields at all', NULL)");
    sql("INSERT INTO %s VALUES ('b.png', '" + EchoEngine.OUT_OF_MEMORY + "', NULL)");
    etl("m");
    int asked = EchoEngine.asked();

    EtlSummary again = etl("m");

    // For 8 rows at once, then 4, 2 and 1.
    assertThat(EchoEngine.asked() - asked).isEqualTo(4);
    assertThat(again.errorRate()).isEqualTo(1);
    assertThat(
            failures(
                "regexp_extract(uri, '[^/]+$', 0)",
                "error_type",
                "attempts",
                "first_seen < last_seen"))
        .containsExactly("a.png OUTPUT_UNPARSABLE 1 false", "b.png OUT_OF_MEMORY 8 true");
  }

  @Test
  void aValueThatDoesNotFitIsNullAndKeptBesideIt() {
    manifest(true);
    insert("a.png", "ALPHA", "1,234");

    assertThat(etl("m").problems()).isEqualTo(1);
    assertThat(bills()).containsExactly("a.png 0 ALPHA null alive");
    assertThat(rows("bills", "_problems[0].field", "_problems[0].value", "_problems[0].reason"))
        .containsExactly("total 1,234 ambiguous: the mark may group thousands or begin decimals");
  }

  @Test
  void aTableOfOtherColumnsIsLeftAlone() throws IOException {
    manifest(true);
    insert("a.png", "ALPHA", "1.50");
    Files.createDirectories(file("out"));
    spark.sql(
        "CREATE TABLE delta.`%s/bills` (uri STRING, total STRING) USING delta"
            .formatted(output().root()));

    assertThatThrownBy(() -> etl("m"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageEndingWith(
            "bills: column total: it is STRING there and DECIMAL(18,2) in the schema; name another --table, which reads the answers that are there");
  }
}
