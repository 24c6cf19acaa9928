package io.github.qwenvlspark.pipeline.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PartCost;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.plan.Schedule;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The plan on paper is the plan of a run. */
class PaperPlanTest {
  private static final int MOST = 40;

  @Test
  void bucketsHoldThePagesThatTheScheduleOfARunGivesThem() {
    Corpus corpus = new Corpus(new Shape(3_000, 12, 900, 200, 7));
    PaperPlan plan = new PaperPlan(corpus, MOST);

    Map<Integer, Integer> scheduled = new TreeMap<>();
    Dataset<Row> open =
        LocalSpark.session().createDataFrame(rows(corpus), PlannedRow.SCHEMA).repartition(3);
    for (Row row :
        Schedule.schedule(open, Schedule.target(open, MOST))
            .select("uri", "part_page", "bucket")
            .collectAsList()) {
      int document = Integer.parseInt(row.getString(0));
      int group = row.getInt(1) / Schedule.PAGES_TOGETHER;
      scheduled.merge(row.getInt(2), corpus.pages(document, group), Integer::sum);
    }

    Map<Integer, Integer> onPaper = new TreeMap<>();
    IntStream.range(0, plan.buckets()).forEach(bucket -> onPaper.put(bucket, plan.pages(bucket)));
    assertThat(onPaper).isEqualTo(scheduled);
  }

  /** A row for each group, with what its pages cost together. */
  private static List<Row> rows(Corpus corpus) {
    Seal seal = Seal.fresh();
    List<Row> rows = new ArrayList<>();
    for (int document = 0; document < corpus.documents(); document++) {
      for (int group = 0; group < corpus.groups(document); group++) {
        rows.add(
            new PlannedRow(
                    "%d %d".formatted(document, group),
                    Integer.toString(document),
                    Integer.toString(document),
                    1,
                    "content",
                    new Part("page", group * Schedule.PAGES_TOGETHER),
                    "ocr",
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    new PartCost(1, corpus.planned(document, group), Optional.empty()),
                    Optional.empty())
                .toRow(seal));
      }
    }
    return rows;
  }

  @Test
  void drawnNumbersHaveTheMeanThatWasAskedFor() {
    Corpus corpus = new Corpus(new Shape(200_000, 10, 900, 200, 3));

    assertThat(200_000.0 / corpus.documents()).isBetween(9.0, 11.0);
    assertThat(IntStream.range(0, corpus.documents()).mapToLong(corpus::pages).sum())
        .isEqualTo(200_000);
  }

  @Test
  void aMeanOfOnePageGivesOnePageEach() {
    assertThat(new Corpus(new Shape(1_000, 1, 900, 200, 3)).documents()).isEqualTo(1_000);
  }
}
