package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.etl.Conventions;
import io.github.qwenvlspark.pipeline.etl.Conventions.DateOrder;
import io.github.qwenvlspark.pipeline.etl.Conventions.DecimalMark;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import io.github.qwenvlspark.pipeline.job.EtlJob;
import io.github.qwenvlspark.pipeline.job.EtlRequest;
import io.github.qwenvlspark.pipeline.job.EtlRequest.Emptied;
import io.github.qwenvlspark.pipeline.job.EtlSummary;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qwenvl etl}. */
@Command(
    name = "etl",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps a typed table of key information what a folder or a Delta table of documents is.",
      "Made to be run again and again; exits 0 done, 1 too many errors, 2 bad request, 3 anything else."
    })
final class EtlCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;
  @Mixin private ErrorRateOption errors;

  @Option(
      names = "--source",
      required = true,
      description = "A folder that documents are put into, or a manifest that is a Delta table.")
  private String source;

  @Option(names = "--output", required = true, description = "Folder of the Delta tables.")
  private String output;

  @Option(
      names = "--task",
      defaultValue = "key_information",
      description = "A task whose answers are fields (default: ${DEFAULT-VALUE}).")
  private String task;

  @Option(
      names = "--schema",
      required = true,
      description =
          "Fields as columns, \"invoice_date date, total decimal(18,2)\", or a JSON Schema's file, fields.json.")
  private String schema;

  @Option(names = "--table", required = true, description = "Name of the table.")
  private String table;

  @Option(
      names = "--dates",
      defaultValue = "unknown",
      description = "Order of dates in digits: dmy, mdy or ymd; unknown reads what is certain.")
  private String dates;

  @Option(
      names = "--decimals",
      defaultValue = "unknown",
      description = "Mark before decimals: point or comma; unknown reads what is certain.")
  private String decimals;

  @Option(
      names = "--century",
      description = "Century of years of two digits, such as 2000; without it they are not read.")
  private Integer century;

  @Option(
      names = "--max-files",
      defaultValue = "10000",
      description = "Documents read before the tables take them (default: ${DEFAULT-VALUE}).")
  private int maxFiles;

  @Option(
      names = "--all",
      description = "Look at every document again, such as for new fields or another model.")
  private boolean all;

  @Option(
      names = "--allow-empty",
      description = "Believe a source that holds nothing any more: all rows are marked as deleted.")
  private boolean allowEmpty;

  @Override
  public Integer call() throws IOException {
    errors.require();
    Settings settings = model.settings();
    EtlRequest request = request();
    try (SparkSession spark = Session.open("qwenvl etl " + table, model.overrides())) {
      EtlSummary summary =
          new EtlJob(spark, ModelAccess.qwenVl(), Session.progress()).run(request, settings);
      System.out.print(summary.text());
      return errors.exitCode(summary.errorRate());
    }
  }

  private EtlRequest request() {
    TableFields fields = TableFields.of(schema);
    return new EtlRequest(
        new RunRequest(
            source,
            model.model(),
            new OutputFolder(output),
            List.of(task),
            Optional.empty(),
            model.taskFolder(),
            Retry.TRANSIENT,
            OptionalInt.empty(),
            Optional.of(fields.asked())),
        table,
        fields,
        new Conventions(
            constant("--dates", DateOrder.class, dates),
            constant("--decimals", DecimalMark.class, decimals),
            century == null ? Conventions.NO_CENTURY : century),
        maxFiles,
        all ? Extent.EVERYTHING : Extent.CHANGES,
        allowEmpty ? Emptied.BELIEVED : Emptied.REFUSED);
  }

  private static <E extends Enum<E>> E constant(String option, Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    throw new BadRequestException(
        "%s %s: one of %s is needed"
            .formatted(
                option,
                name,
                List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT)));
  }
}
