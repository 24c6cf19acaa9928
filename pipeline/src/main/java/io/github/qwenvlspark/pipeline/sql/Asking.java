package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.SqlSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.infer.InferOptions;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.RunSetup;
import io.github.qwenvlspark.pipeline.plan.ExpectedAnswers;
import io.github.qwenvlspark.pipeline.plan.PlanOptions;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Seq;

/**
 * What executors must know to answer the calls of one operator, decided on the driver by the
 * session's settings.
 *
 * @param wanted for each call
 * @param tasks for each call, the name of its task among those of {@code plan} and {@code infer}
 */
record Asking(List<Wanted> wanted, List<String> tasks, PlanOptions plan, InferOptions infer)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  Asking {
    wanted = List.copyOf(wanted);
    tasks = List.copyOf(tasks);
  }

  /**
   * Looks at the settings and the model.
   *
   * @param calls of {@link ModelCall}
   * @throws BadRequestException if settings, model or tasks cannot be used
   */
  static Asking of(SparkSession spark, ModelAccess models, Seq<Expression> calls) {
    Settings given = new Settings(Catalyst.map(spark.conf().getAll()));
    SqlSettings sql = SqlSettings.from(given);
    List<Wanted> wanted =
        Catalyst.list(calls).stream().map(call -> ((ModelCall) call).wanted()).toList();
    RunSetup setup =
        RunSetup.of(
            spark,
            models,
            new Progress(System.err, Progress.Style.SILENT),
            RunSetup.Purpose.RUN,
            new RunSetup.Asked(
                sql.requiredModel(),
                wanted.stream().map(Wanted::task).distinct().toList(),
                Optional.empty(),
                sql.taskFolder(),
                Optional.empty()),
            given);
    Map<String, Task> tasks = new HashMap<>(setup.tasks());
    List<String> names = new ArrayList<>();
    Tasks known = Tasks.load(sql.taskFolder());
    for (Wanted one : wanted) {
      // Two questions of one task, such as two lists of fields, are two tasks.
      String name = "%s (%d)".formatted(one.task(), names.size());
      tasks.put(name, one.taskOf(known, setup.model().name()));
      names.add(name);
    }
    RunSetup asked = new RunSetup(setup.settings(), setup.model(), tasks, setup.sizes());
    Seal seal = Seal.fresh();
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    return new Asking(
        wanted,
        names,
        asked.planOptions(ExpectedAnswers.NONE, seal),
        new InferOptions(
            "sql " + spark.sparkContext().applicationId(),
            sql.requiredModel(),
            setup.model().fingerprint(),
            tasks,
            setup.settings(),
            seal,
            models.engines(),
            hadoop));
  }
}
