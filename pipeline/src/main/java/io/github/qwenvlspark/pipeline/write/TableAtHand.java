package io.github.qwenvlspark.pipeline.write;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Makes Delta tables that have the columns of this version, whoever else is making them too. */
final class TableAtHand {
  private static final int TRIES = 10;

  private TableAtHand() {}

  /**
   * Makes the table, or gives one of an earlier version the columns that came since.
   *
   * @param properties of Delta, such as {@code delta.dataSkippingStatsColumns}
   */
  static void prepare(
      SparkSession spark, String location, StructType schema, Map<String, String> properties) {
    for (int i = 1; ; i++) {
      try {
        DeltaTableBuilder builder =
            DeltaTable.createIfNotExists(spark).location(location).addColumns(schema);
        properties.forEach(builder::property);
        builder.execute();
        addMissing(spark, location, schema, properties);
        return;
      } catch (ConcurrentModificationException e) {
        if (i == TRIES) {
          throw e;
        }
      }
    }
  }

  private static void addMissing(
      SparkSession spark, String location, StructType schema, Map<String, String> properties) {
    List<String> there = List.of(spark.read().format("delta").load(location).schema().fieldNames());
    List<String> missing =
        Stream.of(schema.fields())
            .filter(field -> !there.contains(field.name()))
            .map(StructField::toDDL)
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    String table = "delta.`%s`".formatted(location.replace("`", "``"));
    spark.sql("ALTER TABLE %s ADD COLUMNS (%s)".formatted(table, String.join(", ", missing)));
    properties.forEach(
        (key, value) ->
            spark.sql(
                "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')".formatted(table, key, value)));
  }
}
