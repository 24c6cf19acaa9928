package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.Secret;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What a plan shows of its requests where it is written down. */
class PlannedRowTest {
  private static final String SIGNED = "https://host/a.pdf?signature=SECRET";
  private static final String MESSAGES = "[{\"content\": [{\"image\": \"%s\"}]}]".formatted(SIGNED);

  private final Seal seal = Seal.fresh();

  private static PlannedRow row(
      String uri,
      Map<String, String> labels,
      Optional<FrameSequence> frames,
      Optional<Secret> password) {
    return new PlannedRow(
        "key",
        uri,
        uri,
        7,
        "content",
        new Part("page", 3),
        "ocr",
        labels,
        frames,
        password,
        new PartCost(1, 2, Optional.empty()),
        Optional.empty());
  }

  private Row written(PlannedRow row) {
    return LocalSpark.session().createDataFrame(List.of(row.toRow(seal)), PlannedRow.SCHEMA).head();
  }

  @Test
  void whatMayNotBeShownIsSealedAndComesBackWhole() {
    PlannedRow secret =
        row(
            SIGNED,
            Map.of("customer", "Smith", "messages", MESSAGES),
            Optional.of(new FrameSequence(List.of(SIGNED, "b.png"), 2.0)),
            Optional.of(new Secret("SECRET")));

    Row written = written(secret);

    assertThat(written.mkString(" ")).doesNotContain("SECRET").contains("Smith");
    assertThat(written.<String>getAs("uri")).isEqualTo(ShownUri.of(SIGNED));
    assertThat(PlannedRow.fromRow(written, seal)).isEqualTo(secret);
  }

  @Test
  void whatMayBeShownIsNotSealed() {
    PlannedRow plain =
        row("s3a://bucket/a.pdf", Map.of("customer", "Smith"), Optional.empty(), Optional.empty());

    Row written = written(plain);

    assertThat(written.getJavaMap(written.fieldIndex("sealed"))).isEmpty();
    assertThat(PlannedRow.fromRow(written, Seal.fresh())).isEqualTo(plain);
  }

  @Test
  void anotherRunCannotReadIt() {
    Row written =
        written(row("a.pdf", Map.of(), Optional.empty(), Optional.of(new Secret("SECRET"))));

    assertThatThrownBy(() -> PlannedRow.fromRow(written, Seal.fresh()))
        .isInstanceOf(IllegalStateException.class);
  }
}
