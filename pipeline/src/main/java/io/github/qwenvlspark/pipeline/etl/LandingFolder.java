package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.col;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.fetch.Fetcher.Found;
import io.github.qwenvlspark.pipeline.manifest.Listing;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A folder into which documents are put, with the folders below. The stream tells of new names; a
 * changed or deleted file shows in the listing. Both see the same names, which are those of {@link
 * Listing}.
 */
final class LandingFolder implements EtlSource {
  /** Of Spark's {@code binaryFile}; contents are not read. */
  private static final StructType FILES =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("modificationTime", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.BinaryType);

  private static final StructType PRESENT =
      new StructType()
          .add(ManifestColumns.URI, DataTypes.StringType)
          .add(FINGERPRINT, DataTypes.StringType);

  private final SparkSession spark;
  private final String location;
  private final String task;

  LandingFolder(SparkSession spark, String location, String task) {
    this.spark = spark;
    this.location = location;
    this.task = task;
  }

  @Override
  public String stream() {
    return "files";
  }

  @Override
  public Dataset<Row> arriving(int most) {
    return spark
        .readStream()
        .format("binaryFile")
        .schema(FILES)
        .option("recursiveFileLookup", "true")
        .option("ignoreMissingFiles", "true") // what is gone again shows in the listing
        .option("maxFilesPerTrigger", most)
        .load(location)
        .select(col("path").as(ManifestColumns.URI));
  }

  @Override
  public Dataset<Row> rowsOf(Dataset<Row> uris) {
    return new Manifest(spark).of(uris.select(ManifestColumns.URI), location, List.of(task));
  }

  @Override
  public Dataset<Row> present() {
    try {
      return spark.createDataFrame(
          new Listing(spark).below(new Path(location)).map(LandingFolder::row), PRESENT);
    } catch (IOException e) {
      throw new BadRequestException(
          "Cannot list --source %s (%s)".formatted(location, e.getClass().getSimpleName()), e);
    }
  }

  private static Row row(FileStatus file) {
    Found found = Found.of(file.getPath().toString(), file);
    return RowFactory.create(found.uri(), found.fingerprint());
  }
}
