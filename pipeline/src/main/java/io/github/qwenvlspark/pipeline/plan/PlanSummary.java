package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * A plan in numbers. Spark counts; the driver sees groups.
 *
 * @param kinds what the manifest holds
 * @param tasks what is to be asked
 * @param refusals what will be no answer, as far as headers tell
 * @param rows requests of the manifest
 * @param different those of them that differ from each other
 * @param open those of these that are not answered yet
 */
public record PlanSummary(
    List<Kind> kinds,
    List<Work> tasks,
    List<Refusal> refusals,
    long rows,
    long different,
    long open) {
  private static final String DOCUMENTS = "documents";
  private static final String PARTS = "parts";
  private static final String REQUESTS = "requests";
  private static final String REASON = "reason";
  private static final String SURE = "sure";

  public PlanSummary {
    kinds = List.copyOf(kinds);
    tasks = List.copyOf(tasks);
    refusals = List.copyOf(refusals);
  }

  /**
   * Documents of one kind.
   *
   * @param kind as {@link Part#kind}
   * @param parts pictures, pages, segments of clips
   */
  public record Kind(String kind, long documents, long parts) {}

  /**
   * Open requests of one task.
   *
   * @param cost in units of {@link PartCost}
   */
  public record Work(String task, long requests, long visualTokens, long cost) {}

  /**
   * Open requests that will end in one error.
   *
   * @param sure whether inspecting found out; else the header foretells it
   * @param examples a document or two, as they may be shown
   */
  public record Refusal(String type, boolean sure, long requests, List<String> examples) {}

  /**
   * Counts a plan.
   *
   * @param inspected as {@link Plan#inspect} gives it
   * @param answered keys of requests that need no answer
   */
  public static PlanSummary of(Dataset<Row> inspected, Dataset<Row> answered) {
    Dataset<Row> plan =
        inspected
            .select(
                Stream.of(
                        PlannedRow.REQUEST_KEY,
                        "uri",
                        "part_kind",
                        "part_page",
                        "part_start_s",
                        "task",
                        PlannedRow.VISUAL_TOKENS,
                        PlannedRow.COST,
                        PlannedRow.FORETOLD,
                        PlannedRow.ERROR_TYPE)
                    .map(name -> col(name))
                    .toArray(Column[]::new))
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> keys = Plan.openKeys(plan, answered).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long open = keys.count();
      Dataset<Row> asked = Plan.open(plan, keys);
      return new PlanSummary(
          kinds(plan),
          tasks(asked),
          refusals(asked),
          plan.count(),
          plan.select(PlannedRow.REQUEST_KEY).distinct().count(),
          open);
    } finally {
      keys.unpersist();
      plan.unpersist();
    }
  }

  /** What the open requests cost together, in units of {@link PartCost}. */
  public long cost() {
    return tasks.stream().mapToLong(Work::cost).sum();
  }

  /** Visual tokens of the open requests. */
  public long visualTokens() {
    return tasks.stream().mapToLong(Work::visualTokens).sum();
  }

  /** Requests that an earlier run answered. */
  public long answered() {
    return different - open;
  }

  /** Requests that the manifest names once more. */
  public long repeated() {
    return rows - different;
  }

  private static List<Kind> kinds(Dataset<Row> plan) {
    Column own =
        when(col("part_kind").isin(Part.MESSAGES, Part.FRAMES), col(PlannedRow.REQUEST_KEY));
    return plan
        .groupBy("part_kind")
        .agg(
            countDistinct(xxhash64(col("uri"), own)).as(DOCUMENTS),
            countDistinct(xxhash64(col("uri"), own, col("part_page"), col("part_start_s")))
                .as(PARTS))
        .orderBy("part_kind")
        .collectAsList()
        .stream()
        .map(row -> new Kind(row.getString(0), row.getLong(1), row.getLong(2)))
        .toList();
  }

  private static List<Work> tasks(Dataset<Row> open) {
    return open
        .groupBy("task")
        .agg(
            count(lit(1)).as(REQUESTS),
            sum(PlannedRow.VISUAL_TOKENS).as(PlannedRow.VISUAL_TOKENS),
            sum(PlannedRow.COST).as(PlannedRow.COST))
        .orderBy("task")
        .collectAsList()
        .stream()
        .map(row -> new Work(row.getString(0), row.getLong(1), row.getLong(2), row.getLong(3)))
        .toList();
  }

  private static List<Refusal> refusals(Dataset<Row> open) {
    List<Refusal> refusals = new ArrayList<>();
    open.withColumn(SURE, col(PlannedRow.ERROR_TYPE).isNotNull())
        .withColumn(REASON, coalesce(col(PlannedRow.ERROR_TYPE), col(PlannedRow.FORETOLD)))
        .where(col(REASON).isNotNull())
        .groupBy(REASON, SURE)
        .agg(count(lit(1)).as(REQUESTS), min("uri").as("first"), max("uri").as("last"))
        .orderBy(col(REQUESTS).desc(), col(REASON), col(SURE))
        .collectAsList()
        .forEach(
            row ->
                refusals.add(
                    new Refusal(
                        row.getString(0),
                        row.getBoolean(1),
                        row.getLong(2),
                        Stream.of(row.getString(3), row.getString(4)).distinct().toList())));
    return refusals;
  }
}
