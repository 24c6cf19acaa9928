package io.github.qwenvlspark.pipeline.etl;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where documents come from. A stream tells which documents to look at; what there is of them is
 * always read from the source itself, so that rows that come late or twice do no harm. Documents
 * are named by their URIs as tables show them.
 */
public sealed interface EtlSource permits LandingFolder, ManifestTable {
  /** Column of {@link #present}: the document's as look-ups give it; null where it is not known. */
  String FINGERPRINT = "fingerprint";

  /**
   * A Delta table that is a manifest, or a folder of documents.
   *
   * @param task whose rows count
   * @throws BadRequestException if it is neither
   */
  static EtlSource of(SparkSession spark, String location, String task) {
    if (!ShownUri.of(location).equals(location)) {
      throw new BadRequestException(
          "--source holds credentials; give them by settings of the store, such as spark.hadoop.fs.s3a.access.key, or better by a provider");
    }
    try {
      Path path = new Path(location);
      FileSystem store = path.getFileSystem(spark.sessionState().newHadoopConf());
      if (store.exists(new Path(path, "_delta_log"))) {
        return new ManifestTable(spark, location, task);
      }
      if (store.exists(path) && store.getFileStatus(path).isDirectory()) {
        return new LandingFolder(spark, store.makeQualified(path).toString(), task);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BadRequestException(
          "Cannot read --source %s (%s)".formatted(location, e.getClass().getSimpleName()), e);
    }
    throw new BadRequestException(
        "Cannot read --source %s: a folder, or a Delta table with the columns of a manifest, is needed"
            .formatted(location));
  }

  /** Its kind of stream; streams of two kinds share no checkpoint. */
  String stream();

  /**
   * {@code uri} of documents that are new or whose rows changed, as a stream.
   *
   * @param most documents of one batch, as far as the kind of stream can bound them
   */
  Dataset<Row> arriving(int most);

  /** The manifest's rows of these documents, as far as there are any. */
  Dataset<Row> rowsOf(Dataset<Row> uris);

  /** {@code uri} and {@code fingerprint} of every document there is now. */
  Dataset<Row> present();
}
