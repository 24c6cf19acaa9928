package io.github.qwenvlspark.pipeline.etl;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The documents that a comparison found, written down until they have been looked at: a run that
 * stops between two tables is finished by the next one.
 */
public final class PendingDocuments {
  private static final StructType SCHEMA =
      new StructType()
          .add("uri", DataTypes.StringType)
          .add(Comparison.PRESENT, DataTypes.BooleanType);

  private final SparkSession spark;
  private final Path folder;

  public PendingDocuments(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = new Path(folder);
  }

  /** Whether there are any; what was written only in part does not count. */
  public boolean exist() {
    try {
      return store().exists(new Path(folder, "_SUCCESS"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  /** {@code uri, present}. */
  public Dataset<Row> read() {
    return spark.read().schema(SCHEMA).parquet(folder.toString());
  }

  public void write(Dataset<Row> documents) {
    documents
        .write()
        .mode("overwrite")
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "true")
        .parquet(folder.toString());
  }

  public void forget() {
    try {
      store().delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }

  private FileSystem store() throws IOException {
    return folder.getFileSystem(spark.sessionState().newHadoopConf());
  }
}
