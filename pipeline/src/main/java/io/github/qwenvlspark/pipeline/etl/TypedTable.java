package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.FieldType.Field;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table of key information: one row for each part of a document, with a typed column for each
 * field. It says what the source said when it was last looked at; a part that is gone keeps its row
 * and gets the time in {@code deleted_at}. Rows that say the same already are left alone, so that
 * what is merged twice changes nothing and makes no commit.
 */
public final class TypedTable {
  private final SparkSession spark;
  private final String location;
  private final TableFields fields;
  private final Conventions conventions;

  public TypedTable(
      SparkSession spark, String location, TableFields fields, Conventions conventions) {
    this.spark = spark;
    this.location = location;
    this.fields = fields;
    this.conventions = conventions;
  }

  /** Columns and types of a table with these fields; a contract with users. */
  static StructType schema(List<Field> fields) {
    StructType columns =
        new StructType()
            .add("source_id", StringType)
            .add("uri", StringType)
            .add("part", ResultsTable.SCHEMA.apply("part").dataType());
    for (Field field : fields) {
      columns = columns.add(field.name(), field.type().sparkType());
    }
    return columns
        .add("_problems", createArrayType(Problem.SCHEMA))
        .add("document_fingerprint", StringType)
        .add("request_key", StringType)
        .add("run_id", StringType)
        .add("read_at", TimestampType)
        .add("deleted_at", TimestampType);
  }

  /**
   * Makes the table if there is none, and gives one that lacks fields those columns.
   *
   * @throws BadRequestException if the table has a column of another type, or one that is no longer
   *     a field
   */
  public void prepare() {
    StructType wanted = schema(fields.fields());
    if (!DeltaTable.isDeltaTable(spark, location)) {
      DeltaTable.createIfNotExists(spark).location(location).addColumns(wanted).execute();
      return;
    }
    StructType there = read().schema();
    List<String> names = List.of(wanted.fieldNames());
    for (StructField column : there.fields()) {
      if (!names.contains(column.name())) {
        throw misfit(column.name(), "the schema has no such field");
      }
      StructField field = wanted.apply(column.name());
      if (!field.dataType().sameType(column.dataType())) {
        throw misfit(
            column.name(),
            "it is %s there and %s in the schema"
                .formatted(column.dataType().sql(), field.dataType().sql()));
      }
    }
    if (there.fields().length < wanted.fields().length) {
      spark
          .createDataFrame(List.of(), wanted)
          .write()
          .format("delta")
          .mode("append")
          .option("mergeSchema", "true")
          .save(location);
    }
  }

  private BadRequestException misfit(String column, String what) {
    return new BadRequestException(
        "Cannot write %s: column %s: %s; name another --table, which reads the answers that are there"
            .formatted(location, column, what));
  }

  /** All rows, deleted ones too. */
  public Dataset<Row> read() {
    return spark.read().format("delta").load(location);
  }

  private Dataset<Row> typed(Dataset<Row> answers) {
    return answers.mapPartitions(
        new TypeAnswers(fields.fields(), conventions), Encoders.row(schema(fields.fields())));
  }

  /**
   * Takes over what the documents of {@code looked} say now.
   *
   * @param answers rows of {@code results}: all there are for these documents, each (uri, part)
   *     once
   * @param looked {@code uri} of every document that was looked at
   */
  public void merge(Dataset<Row> answers, Dataset<Row> looked) {
    Dataset<Row> before = read().join(looked, new String[] {"uri"}, "left_semi").select(columns());
    Dataset<Row> now = typed(answers.where(col("status").equalTo("ok"))).select(columns());
    Dataset<Row> changes = now.except(before).unionByName(gone(before, answers)).persist();
    try {
      if (!changes.isEmpty()) {
        DeltaTable.forPath(spark, location)
            .as("old")
            .merge(changes.as("new"), "old.uri = new.uri AND old.part <=> new.part")
            .whenMatched()
            .updateAll()
            .whenNotMatched()
            .insertAll()
            .execute();
      }
    } finally {
      changes.unpersist();
    }
  }

  /**
   * Parts that were there and are not any more. Of a document that could not even be opened nothing
   * is known, so its parts stay.
   */
  private static Dataset<Row> gone(Dataset<Row> before, Dataset<Row> answers) {
    Dataset<Row> parts = answers.select(col("uri").as("now_uri"), col("part").as("now_part"));
    Dataset<Row> unopened =
        answers.where(col("part.kind").equalTo("document")).select("uri").distinct();
    Column same = col("uri").equalTo(col("now_uri")).and(col("part").eqNullSafe(col("now_part")));
    return before
        .where(col("deleted_at").isNull())
        .join(parts, same, "left_anti")
        .join(unopened, new String[] {"uri"}, "left_anti")
        .withColumn("deleted_at", lit(Timestamp.from(Instant.now())));
  }

  private Column[] columns() {
    return Arrays.stream(schema(fields.fields()).fieldNames())
        .map(name -> col("`" + name + "`"))
        .toArray(Column[]::new);
  }
}
