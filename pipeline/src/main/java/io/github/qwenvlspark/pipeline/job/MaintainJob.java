package io.github.qwenvlspark.pipeline.job;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.write.DeadRuns;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.pipeline.write.RunsTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Keeps the tables of an output folder quick to read and free of what nobody needs: small files
 * become large ones, files of old versions and folders of dead runs go. Runs and queries may go on
 * meanwhile.
 */
public final class MaintainJob {
  /** Delta's own limit: what is younger may be read by a query that is still going on. */
  private static final Duration SAFE_RETENTION = Duration.ofDays(7);

  private static final String RETENTION_CHECK =
      "spark.databricks.delta.retentionDurationCheck.enabled";
  private static final String VACUUM_LOG = "spark.databricks.delta.vacuum.logging.enabled";

  private final SparkSession spark;

  public MaintainJob(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * What is wanted.
   *
   * @param retain how long files of old versions are kept
   * @param dead how long a run has given no sign of life at least when its folder goes
   * @param cluster whether {@code results} is clustered by uri and task from now on
   * @param dryRun whether all is only looked at
   */
  public record Wanted(Duration retain, Duration dead, boolean cluster, boolean dryRun) {}

  /**
   * What was done to a table, or with {@link Wanted#dryRun} would be.
   *
   * @param files of its present version, before
   * @param bytes of these together
   * @param compacted files that became {@code into} others; 0 in a dry run, where Delta does not
   *     say
   * @param removed files of old versions; in a dry run 1000 at most
   */
  public record TableReport(
      String table, long files, long bytes, long compacted, long into, long removed) {}

  /** All that was done; {@code deadRuns} are the ids of the runs whose folders went. */
  public record Report(List<TableReport> tables, List<String> deadRuns) {}

  /**
   * Maintains.
   *
   * @throws BadRequestException if there is no table, if one is not as this version knows it, or if
   *     {@code retain} is shorter than is safe; nothing is touched then
   */
  public Report run(OutputFolder output, Wanted wanted) {
    requireSafe(wanted.retain());
    try (JobLabel label = new JobLabel(spark.sparkContext())) {
      return maintained(output, wanted, label);
    }
  }

  private Report maintained(OutputFolder output, Wanted wanted, JobLabel label) {
    label.say("looking at the tables of " + ShownUri.of(output.root()));
    Map<String, String> tables = tables(output);
    List<TableReport> reports = new ArrayList<>();
    tables.forEach(
        (name, location) -> {
          label.say("compacting and cleaning the table " + name);
          reports.add(maintain(name, location, wanted));
        });
    DeadRuns dead = DeadRuns.of(spark, output, wanted.dead());
    if (!wanted.dryRun()) {
      dead.remove();
    }
    return new Report(reports, dead.ids());
  }

  private void requireSafe(Duration retain) {
    boolean checked = Boolean.parseBoolean(spark.conf().get(RETENTION_CHECK, "true"));
    if (checked && retain.compareTo(SAFE_RETENTION) < 0) {
      throw new BadRequestException(
          "--retain-hours %d: below %d a query or a run may still read what is removed; if none does, say so with --conf %s=false"
              .formatted(retain.toHours(), SAFE_RETENTION.toHours(), RETENTION_CHECK));
    }
  }

  private Map<String, String> tables(OutputFolder output) {
    Map<String, String> tables = new LinkedHashMap<>();
    add("results", output.results(), ResultsTable.SCHEMA, tables);
    add("runs", output.runs(), RunsTable.SCHEMA, tables);
    if (tables.isEmpty()) {
      throw new BadRequestException(
          "Nothing to maintain in %s: there is no table results or runs".formatted(output.root()));
    }
    return tables;
  }

  private void add(String name, String location, StructType schema, Map<String, String> tables) {
    if (DeltaTable.isDeltaTable(spark, location)) {
      requireKnown(spark.read().format("delta").load(location).schema(), schema, location);
      tables.put(name, location);
    }
  }

  private static void requireKnown(StructType found, StructType known, String location) {
    List<String> strange =
        Stream.of(found.fields())
            .filter(field -> !isKnown(field, known))
            .map(StructField::name)
            .toList();
    if (!strange.isEmpty() || found.isEmpty()) {
      throw new BadRequestException(
          "%s is no table that this version knows (%s): a newer version wrote it, or somebody else; nothing was touched"
              .formatted(location, strange.isEmpty() ? "no columns" : String.join(", ", strange)));
    }
  }

  private static boolean isKnown(StructField field, StructType known) {
    return Arrays.asList(known.fieldNames()).contains(field.name())
        && known
            .apply(field.name())
            .dataType()
            .catalogString()
            .equals(field.dataType().catalogString());
  }

  private TableReport maintain(String name, String location, Wanted wanted) {
    String table = "delta.`%s`".formatted(location);
    Row detail = spark.sql("DESCRIBE DETAIL " + table).select("numFiles", "sizeInBytes").head();
    String vacuum = "VACUUM %s RETAIN %d HOURS".formatted(table, wanted.retain().toHours());
    if (wanted.dryRun()) {
      long removable = spark.sql(vacuum + " DRY RUN").count();
      return new TableReport(name, detail.getLong(0), detail.getLong(1), 0, 0, removable);
    }
    if (wanted.cluster() && location.endsWith("/results")) {
      spark.sql("ALTER TABLE %s CLUSTER BY (uri, task)".formatted(table));
    }
    Row metrics =
        spark
            .sql("OPTIMIZE " + table)
            .select("metrics.numFilesRemoved", "metrics.numFilesAdded")
            .head();
    return new TableReport(
        name,
        detail.getLong(0),
        detail.getLong(1),
        metrics.getLong(0),
        metrics.getLong(1),
        vacuumed(table, vacuum));
  }

  /** Delta counts what it removes where it is told to write it down in the table's history. */
  private long vacuumed(String table, String vacuum) {
    Option<String> before = spark.conf().getOption(VACUUM_LOG);
    spark.conf().set(VACUUM_LOG, "true");
    try {
      spark.sql(vacuum).count();
    } finally {
      if (before.isEmpty()) {
        spark.conf().unset(VACUUM_LOG);
      } else {
        spark.conf().set(VACUUM_LOG, before.get());
      }
    }
    return spark
        .sql("DESCRIBE HISTORY %s LIMIT 5".formatted(table))
        .where("operation = 'VACUUM END'")
        .orderBy(functions.col("version").desc())
        .selectExpr("cast(operationMetrics['numDeletedFiles'] as bigint)")
        .limit(1)
        .collectAsList()
        .stream()
        .mapToLong(row -> row.isNullAt(0) ? 0 : row.getLong(0))
        .sum();
  }
}
