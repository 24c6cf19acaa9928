package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.udfs.sql.SessionPart;
import org.apache.spark.sql.SparkSessionExtensions;

/**
 * Gives the sessions of an application the functions that ask the model; what is wrong with their
 * settings shows where the first of them is used.
 */
public final class ModelInSql implements SessionPart {
  private final ModelAccess models;

  /** Checkpoint directories; found by its name. */
  public ModelInSql() {
    this(ModelAccess.qwenVl());
  }

  /** For tests that bring a model without weights. */
  public ModelInSql(ModelAccess models) {
    this.models = models;
  }

  @Override
  public void addTo(SparkSessionExtensions extensions) {
    for (ModelFunction function : ModelFunctions.ALL) {
      function.addTo(extensions);
    }
    ReadFunction.addTo(extensions);
    extensions.injectPreCBORule(session -> new ExtractModelCalls());
    extensions.injectPlannerStrategy(session -> new AskModelStrategy(models));
  }
}
