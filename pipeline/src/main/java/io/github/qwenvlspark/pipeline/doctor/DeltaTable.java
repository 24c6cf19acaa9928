package io.github.qwenvlspark.pipeline.doctor;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Writes a table of three rows, reads it and deletes it. */
record DeltaTable(String output, Configuration hadoop, Supplier<SparkSession> session)
    implements Check {
  private static final String NAME = "delta";
  private static final int ROWS = 3;

  @Override
  public List<Finding> look() {
    Path table = new Path(output, "_qwenvl-doctor-" + UUID.randomUUID());
    try (SparkSession spark = session.get()) {
      try {
        return List.of(written(spark, table.toString()));
      } finally {
        table.getFileSystem(hadoop).delete(table, true);
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      return List.of(
          Finding.bad(
              NAME,
              "a table cannot be written (%s): give the delta-spark of this Spark by --packages; look at spark.delta.logStore.*"
                  .formatted(StoreCheck.rootOf(e).getClass().getName())));
    }
  }

  private static Finding written(SparkSession spark, String table) {
    spark.range(ROWS).repartition(1).write().format("delta").save(table);
    long read = spark.read().format("delta").load(table).count();
    return read == ROWS
        ? Finding.good(NAME, "a table was written and read, by Spark " + spark.version())
        : Finding.bad(NAME, "%d of %d rows came back".formatted(read, ROWS));
  }
}
