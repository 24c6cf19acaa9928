package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Which requests a run asks. */
class PlanTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final Seal SEAL = Seal.fresh();

  @Test
  void ofEqualRequestsTheSameOneIsAskedHoweverTheyLie() {
    List<Row> rows = new ArrayList<>();
    for (int key = 0; key < 40; key++) {
      for (String uri : List.of("c.png", "a.png", "b.png")) {
        rows.add(request("key " + key, uri));
      }
    }
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(asked(rows, 2)).hasSize(40).allMatch(request -> request.endsWith("a.png"));
    assertThat(asked(shuffled, 5)).isEqualTo(asked(rows, 2));
  }

  @Test
  void whatIsAnsweredIsNotAsked() {
    Dataset<Row> plan = plan(List.of(request("one", "a.png"), request("two", "b.png")), 1);
    Dataset<Row> answered = plan.where("request_key = 'one'");

    assertThat(Plan.openKeys(plan, answered).collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("two");
  }

  private static List<String> asked(List<Row> rows, int partitions) {
    Dataset<Row> plan = plan(rows, partitions);
    return Plan.open(plan, plan.select(PlannedRow.REQUEST_KEY).distinct()).collectAsList().stream()
        .map(row -> PlannedRow.fromRow(row, SEAL))
        .map(row -> row.requestKey() + " of " + row.uri())
        .sorted()
        .toList();
  }

  private static Dataset<Row> plan(List<Row> rows, int partitions) {
    return SPARK.createDataFrame(rows, PlannedRow.SCHEMA).repartition(partitions);
  }

  private static Row request(String key, String uri) {
    return new PlannedRow(
            key,
            uri,
            uri,
            1,
            "content",
            new Part("image", 0),
            "ocr",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty())
        .toRow(SEAL);
  }
}
