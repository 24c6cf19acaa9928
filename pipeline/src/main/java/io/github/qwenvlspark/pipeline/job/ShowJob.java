package io.github.qwenvlspark.pipeline.job;

import static org.apache.spark.sql.functions.col;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.Views;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A row of the results, or all rows of one page, as an HTML page to look at. */
public final class ShowJob {
  /** Of these a message names the beginning. */
  private static final int NAMED = 5;

  private final SparkSession spark;
  private final RunSettings settings;

  public ShowJob(SparkSession spark, RunSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /**
   * Writes the page.
   *
   * @throws BadRequestException if there is no such row, or it is not clear which is meant
   */
  public void write(OutputFolder output, ShowRequest request, Writer out) throws IOException {
    Views.register(spark, output);
    Dataset<Row> rows =
        request.key().isPresent()
            ? spark.table("results").where(col("request_key").equalTo(request.key().get()))
            : ofDocument(request);
    if (rows.isEmpty()) {
      throw new BadRequestException(
          "No row of %s is %s; ./qwenvl sql shows what there is"
              .formatted(output.root(), request.key().or(request::uri).orElseThrow()));
    }
    new ReportJob(spark, settings).show(rows, out);
  }

  private Dataset<Row> ofDocument(ShowRequest request) {
    String uri = request.uri().orElseThrow();
    Dataset<Row> named =
        spark.table("latest").where(col("uri").equalTo(uri).or(col("uri").endsWith("/" + uri)));
    Dataset<Row> rows =
        request.page().isPresent()
            ? named.where(col("part.page").equalTo(request.page().getAsInt()))
            : named;
    List<Row> parts =
        rows.select("uri", "part.kind", "part.page", "part.start_s")
            .where(col("part.kind").notEqual("document"))
            .distinct()
            .orderBy("uri", "page", "start_s")
            .limit(NAMED + 1)
            .collectAsList();
    if (parts.size() > 1) {
      throw new BadRequestException(
          "%s may be any of%s%s; say which by a longer --uri, by --page or by --key"
              .formatted(
                  uri,
                  parts.stream()
                      .limit(NAMED)
                      .map(ShowJob::name)
                      .reduce("", (all, part) -> all + "\n  " + part),
                  parts.size() > NAMED ? "\n  …" : ""));
    }
    return rows;
  }

  private static String name(Row part) {
    String place = part.isNullAt(2) ? part.getString(1) : "page " + part.get(2);
    return part.getString(0) + " " + (part.isNullAt(3) ? place : place + " from " + part.get(3));
  }
}
