package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.github.qwenvlspark.pipeline.config.Task;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How long answers are before they are there: as long as earlier ones of the same task on average,
 * and a quarter of what the task allows where there are too few.
 *
 * @param means tokens of an answer by the name of its task
 */
public record ExpectedAnswers(Map<String, Double> means) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double SHARE = 0.25;
  private static final int ENOUGH = 20;

  /** Nothing was measured. */
  public static final ExpectedAnswers NONE = new ExpectedAnswers(Map.of());

  public ExpectedAnswers {
    means = Map.copyOf(means);
  }

  /** What the answers of a table {@code results} say. */
  public static ExpectedAnswers of(Dataset<Row> results) {
    Map<String, Double> means = new HashMap<>();
    results
        .where(col("status").equalTo("ok"))
        .groupBy("task")
        .agg(avg("usage.completion_tokens").as("mean"), count(lit(1)).as("answers"))
        .where(col("answers").geq(ENOUGH).and(col("mean").isNotNull()))
        .collectAsList()
        .forEach(row -> means.put(row.getString(0), row.getDouble(1)));
    return new ExpectedAnswers(means);
  }

  /** Tokens of an answer to {@code task}. */
  double tokens(Task task) {
    Double mean = means.get(task.name());
    return mean == null ? SHARE * task.generation().maxNewTokens() : mean;
  }
}
