package io.github.qwenvlspark.pipeline.etl;

import static org.apache.spark.sql.functions.col;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.manifest.ManifestColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A folder into which documents are put, with the folders below. The stream tells of new names; a
 * changed or deleted file shows in the listing. Names that begin with _ or . do not count.
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

  /** Listed by executors, a folder right below the landing folder each. */
  @Override
  public Dataset<Row> present() {
    List<String> folders = new ArrayList<>();
    folders.add(location);
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    try {
      Path root = new Path(location);
      RemoteIterator<FileStatus> entries =
          root.getFileSystem(hadoop.value()).listStatusIterator(root);
      while (entries.hasNext()) {
        FileStatus entry = entries.next();
        if (entry.isDirectory() && ListFiles.counts(entry.getPath())) {
          folders.add(entry.getPath().toString());
        }
      }
    } catch (IOException e) {
      throw new BadRequestException(
          "Cannot list --source %s (%s)".formatted(location, e.getClass().getSimpleName()), e);
    }
    return spark
        .createDataset(folders, Encoders.STRING())
        .repartition(Math.max(1, Math.min(folders.size(), 1000)))
        .flatMap(new ListFiles(location, hadoop), Encoders.row(PRESENT));
  }
}
