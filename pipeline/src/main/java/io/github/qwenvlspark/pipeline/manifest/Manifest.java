package io.github.qwenvlspark.pipeline.manifest;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.map_filter;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a run reads: CSV, JSON lines, Parquet, a Delta table, a text list of URIs, or the files of a
 * folder or glob. Gives one row for each document and task: {@code source_id, uri, task, labels,
 * reading}.
 *
 * <p>Columns: {@code uri} (relative ones stand beside the manifest; empty where a row has none, so
 * that the row is still accounted for), {@code source_id} or {@code id}, {@code task}; {@code
 * pages}, {@code video_start}, {@code video_end}, {@code frames}, {@code frame_fps} and {@code
 * password} say how a document is read; all others become labels, as text. A row of {@code
 * messages} or {@code frames} needs no uri: its own is the manifest's folder.
 */
public final class Manifest {
  private static final List<String> READING =
      List.of("pages", "video_start", "video_end", "frames", "frame_fps", "password");
  private static final Set<String> OURS =
      Stream.concat(Stream.of("uri", "source_id", "id", "task"), READING.stream())
          .collect(Collectors.toUnmodifiableSet());

  private static final Pattern TABLE =
      Pattern.compile("\\.(csv|jsonl?|ndjson|parquet|txt|lst)/*$", Pattern.CASE_INSENSITIVE);

  /** The column of pictures that are the frames of a clip. */
  private static final String FRAMES = "frames";

  /** Where Spark keeps a line that is no JSON. */
  private static final String CORRUPT = "_corrupt_record";

  private final SparkSession spark;

  public Manifest(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Reads a manifest; rows without a task of their own get each of {@code tasks}.
   *
   * @param limit most rows, before they are multiplied by their tasks
   * @throws BadRequestException if nothing is there, or no column is named {@code uri}
   */
  public Dataset<Row> read(String location, List<String> tasks, OptionalInt limit) {
    Dataset<Row> table;
    Path parent;
    try {
      Path path = new Path(location);
      parent = path.getParent();
      table =
          table(path, location)
              .orElseThrow(
                  () ->
                      new BadRequestException(
                          "Cannot read manifest %s: nothing is there".formatted(location)));
    } catch (IOException e) {
      throw new BadRequestException(
          "Cannot read manifest %s (%s)".formatted(location, e.getClass().getSimpleName()), e);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(
          "Cannot read manifest %s: no such place".formatted(location), e);
    }
    Dataset<Row> rows = limit.isPresent() ? table.limit(limit.getAsInt()) : table;
    return normalised(rows, location, parent, tasks);
  }

  /** The same of a table that was read elsewhere, such as a stream of its changes. */
  public Dataset<Row> of(Dataset<Row> table, String location, List<String> tasks) {
    return normalised(table, location, new Path(location).getParent(), tasks);
  }

  /** Empty where nothing is there. */
  private Optional<Dataset<Row>> table(Path path, String location) throws IOException {
    FileSystem store = path.getFileSystem(spark.sessionState().newHadoopConf());
    // What Spark writes as m.parquet is a folder, and still a table.
    boolean named = TABLE.matcher(location).find();
    if (Listing.isGlob(path) && !named) {
      return new Listing(spark).glob(path);
    }
    FileStatus[] found = store.globStatus(path);
    if (found == null || found.length == 0) {
      return Optional.empty();
    }
    if (store.exists(new Path(path, "_delta_log"))) {
      return Optional.of(spark.read().format("delta").load(location));
    }
    return Optional.of(
        found[0].isDirectory() && !named ? new Listing(spark).folder(path) : file(location));
  }

  private Dataset<Row> file(String location) {
    String name = location.replaceFirst("/+$", "").toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return spark
          .read()
          .option("header", "true")
          .option("multiLine", "true")
          .option("escape", "\"")
          .csv(location);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
      return json(location);
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

  /**
   * Conversations stay the JSON that they are: Spark would give text and lists of parts, which may
   * stand beside each other as {@code content}, one type.
   */
  private Dataset<Row> json(String location) {
    Dataset<Row> table = spark.read().json(location);
    StructType schema = new StructType();
    for (StructField field : table.schema().fields()) {
      schema =
          schema.add(
              field.name(),
              field.name().equals(ManifestColumns.MESSAGES)
                  ? DataTypes.StringType
                  : field.dataType());
    }
    return schema.equals(table.schema()) ? table : spark.read().schema(schema).json(location);
  }

  private static Dataset<Row> normalised(
      Dataset<Row> table, String location, Path parent, List<String> tasks) {
    List<String> columns = Arrays.asList(table.columns());
    List<Column> others =
        Stream.of(ManifestColumns.MESSAGES, FRAMES)
            .filter(columns::contains)
            .map(name -> col(name))
            .toList();
    if (!columns.contains("uri") && others.isEmpty()) {
      throw new BadRequestException(
          "Manifest %s has no column uri; it has %s"
              .formatted(location, String.join(", ", columns)));
    }
    Column uri = textOrNull(columns, "uri");
    Column folder = lit(parent == null ? "" : parent + "/");
    Column absolute =
        when(uri.rlike("^(?:[A-Za-z][A-Za-z0-9+.-]*:|/)"), uri).otherwise(concat(folder, uri));
    Column none =
        others.stream()
            .map(Column::isNotNull)
            .reduce(Column::or)
            .map(named -> when(named, folder).otherwise(""))
            .orElse(lit(""));
    Column fallback = split(lit(String.join(",", tasks)), ",");
    return table.select(
        coalesce(textOrNull(columns, "source_id"), textOrNull(columns, "id"), uri, lit(""))
            .as(ManifestColumns.SOURCE_ID),
        coalesce(absolute, none).as(ManifestColumns.URI),
        explode(
                columns.contains("task")
                    ? when(
                            col("task").isNotNull(),
                            split(trim(col("task").cast("string")), "\\s*,\\s*"))
                        .otherwise(fallback)
                    : fallback)
            .as(ManifestColumns.TASK),
        labels(table.schema()).as(ManifestColumns.LABELS),
        // Not struct(): it forgets the names of columns that it has to compute.
        call_function(
                "named_struct",
                READING.stream()
                    .flatMap(name -> Stream.of(lit(name), reading(table.schema(), name)))
                    .toArray(Column[]::new))
            .as(ManifestColumns.READING));
  }

  private static Column reading(StructType schema, String name) {
    boolean there = Arrays.asList(schema.fieldNames()).contains(name);
    return there ? text(schema.apply(name)) : lit(null).cast("string");
  }

  private static Column textOrNull(List<String> columns, String name) {
    return columns.contains(name) ? col(name).cast("string") : lit(null).cast("string");
  }

  private static Column labels(StructType schema) {
    List<Column> entries = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (!OURS.contains(field.name()) && !field.name().equals(CORRUPT)) {
        entries.add(lit(field.name()));
        entries.add(text(field));
      }
    }
    if (entries.isEmpty()) {
      return map().cast("map<string,string>");
    }
    return map_filter(map(entries.toArray(Column[]::new)), (key, value) -> value.isNotNull());
  }

  /** Nested values as JSON: the prompt of a task may show them. */
  private static Column text(StructField field) {
    Column value = col("`" + field.name().replace("`", "``") + "`");
    boolean nested =
        field.dataType() instanceof StructType
            || field.dataType() instanceof ArrayType
            || field.dataType() instanceof MapType;
    return nested ? to_json(value) : value.cast("string");
  }
}
