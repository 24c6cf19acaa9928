package io.github.qwenvlspark.pipeline.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.map_filter;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a run reads: CSV, JSON lines, Parquet, a Delta table, a text list of URIs, or the files of a
 * folder or glob. Gives one row for each document and task: {@code source_id, uri, task, labels}.
 *
 * <p>Columns: {@code uri} (needed; relative ones stand beside the manifest), {@code source_id} or
 * {@code id}, {@code task}; all others become labels, as text.
 */
public final class Manifest {
  private static final Set<String> OURS = Set.of("uri", "source_id", "id", "task");

  private final SparkSession spark;

  public Manifest(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Reads a manifest; rows without a task of their own get each of {@code tasks}.
   *
   * @throws BadRequestException if nothing is there, or no column is named {@code uri}
   */
  public Dataset<Row> read(String location, List<String> tasks) {
    Path path = new Path(location);
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Dataset<Row> table;
    try {
      FileSystem store = path.getFileSystem(hadoop);
      FileStatus[] found = store.globStatus(path);
      if (found == null || found.length == 0) {
        throw new BadRequestException(
            "Cannot read manifest %s: nothing is there".formatted(location));
      }
      boolean delta = store.exists(new Path(path, "_delta_log"));
      boolean folder = found.length > 1 || found[0].isDirectory();
      table =
          delta
              ? spark.read().format("delta").load(location)
              : folder ? files(location) : file(location);
    } catch (IOException e) {
      throw new BadRequestException(
          "Cannot read manifest %s (%s)".formatted(location, e.getClass().getSimpleName()), e);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(
          "Cannot read manifest %s: no such place".formatted(location), e);
    }
    return normalised(table, location, path.getParent(), tasks);
  }

  /** Every file below a folder, or those that a glob names; contents are not read. */
  private Dataset<Row> files(String location) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .load(location)
        .select(col("path").as("uri"));
  }

  private Dataset<Row> file(String location) {
    String name = location.toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return spark.read().option("header", "true").option("multiLine", "true").csv(location);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
      return spark.read().json(location);
    }
    if (name.endsWith(".parquet")) {
      return spark.read().parquet(location);
    }
    if (name.endsWith(".txt") || name.endsWith(".lst")) {
      return spark
          .read()
          .text(location)
          .select(trim(col("value")).as("uri"))
          .where(col("uri").notEqual(""));
    }
    throw new BadRequestException(
        "Cannot read manifest %s: a .csv, .jsonl, .parquet or .txt file, a Delta table, a folder or a glob is needed"
            .formatted(location));
  }

  private static Dataset<Row> normalised(
      Dataset<Row> table, String location, Path parent, List<String> tasks) {
    List<String> columns = Arrays.asList(table.columns());
    if (!columns.contains("uri")) {
      throw new BadRequestException(
          "Manifest %s has no column uri; it has %s"
              .formatted(location, String.join(", ", columns)));
    }
    Column uri = col("uri").cast("string");
    Column absolute =
        when(uri.rlike("^(?:[A-Za-z][A-Za-z0-9+.-]*:|/)"), uri)
            .otherwise(concat(lit(parent == null ? "" : parent + "/"), uri));
    Column fallback = split(lit(String.join(",", tasks)), ",");
    return table
        .where(uri.isNotNull())
        .select(
            coalesce(textOrNull(columns, "source_id"), textOrNull(columns, "id"), uri)
                .as(ManifestColumns.SOURCE_ID),
            absolute.as(ManifestColumns.URI),
            explode(
                    columns.contains("task")
                        ? when(
                                col("task").isNotNull(),
                                split(col("task").cast("string"), "\\s*,\\s*"))
                            .otherwise(fallback)
                        : fallback)
                .as(ManifestColumns.TASK),
            labels(columns).as(ManifestColumns.LABELS));
  }

  private static Column textOrNull(List<String> columns, String name) {
    return columns.contains(name) ? col(name).cast("string") : lit(null).cast("string");
  }

  private static Column labels(List<String> columns) {
    List<Column> entries = new ArrayList<>();
    for (String column : columns) {
      if (!OURS.contains(column)) {
        entries.add(lit(column));
        entries.add(col("`" + column + "`").cast("string"));
      }
    }
    if (entries.isEmpty()) {
      return map().cast("map<string,string>");
    }
    return map_filter(map(entries.toArray(Column[]::new)), (key, value) -> value.isNotNull());
  }
}
