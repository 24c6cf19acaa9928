package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.job.ModelAccess;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link AskModel}. */
final class AskModelStrategy extends SparkStrategy {
  private final ModelAccess models;

  AskModelStrategy(ModelAccess models) {
    this.models = models;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> planned =
        plan instanceof AskModel ask
            ? List.of(new AskModelExec(ask.calls(), ask.answers(), planLater(ask.child()), models))
            : List.of();
    return Columns.of(planned);
  }
}
