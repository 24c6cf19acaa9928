package io.github.qwenvlspark.pipeline.scale;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsCommit;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * How commits of a run grow with its table; its figures are those of docs/scaling.md and of {@code
 * simulate}. One row for each tenth commit: files that came since the plan, seconds of the commit,
 * seconds in which the table's files are listed and all are left out by their statistics.
 *
 * <pre>
 * mvn -B -q -ntp -pl pipeline -am test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=io.github.qwenvlspark.pipeline.scale.CommitCurve -Dexec.args="60 64 640"
 * </pre>
 */
public final class CommitCurve {
  private static final double NANOS = 1e9;

  private CommitCurve() {}

  /** Arguments: commits, files of each, rows of each. */
  public static void main(String[] args) throws IOException {
    int commits = Integer.parseInt(args[0]);
    int files = Integer.parseInt(args[1]);
    int rows = Integer.parseInt(args[2]);
    Path folder = Files.createTempDirectory("commits");
    try (SparkSession spark = session()) {
      ResultsTable table = new ResultsTable(spark, new OutputFolder(folder.toString()));
      table.prepare();
      ResultsCommit commit = table.commit("run", table.lastCommit(), false);
      System.out.println("files since | commit s | listing s");
      for (int i = 0; i < commits; i++) {
        String staged = folder.resolve("staged-" + i).toString();
        answers(spark, i, rows, files).write().format("delta").save(staged);
        int before = i % 10 == 0 ? table.read().inputFiles().length : 0;
        double seconds = seconds(() -> commit.commit(staged));
        if (i % 10 == 0) {
          double listing = seconds(() -> table.read().where(col("commit_seq").equalTo(-1)).isEmpty());
          System.out.printf(Locale.ROOT, "%,d | %.2f | %.2f%n", before, seconds, listing);
        }
      }
    }
  }

  private static SparkSession session() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.databricks.delta.snapshotPartitions", "2")
            .config("spark.sql.files.maxPartitionBytes", "4m") // no two staged files in one
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }

  /** Rows with two kilobytes of text each. */
  private static Dataset<Row> answers(SparkSession spark, int wave, int rows, int files) {
    Column id = concat(lit(wave + "-"), col("id").cast("string"));
    Column[] columns = new Column[ResultsTable.ANSWERS.length()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = ResultsTable.ANSWERS.fields()[i];
      Column value =
          switch (field.name()) {
            case "request_key" -> sha2(id.cast("binary"), 256);
            case "run_id" -> lit("run");
            case "status" -> lit("ok");
            case "uri" -> concat(lit("file:/documents/"), id);
            case "text" ->
                expr("concat_ws(' ', transform(sequence(1, 230), i -> hex(rand() * 1e9)))");
            default -> lit(null).cast(field.dataType());
          };
      columns[i] = value.as(field.name());
    }
    return spark.range(0, rows, 1, files).select(columns);
  }

  private static double seconds(Runnable what) {
    long start = System.nanoTime();
    what.run();
    return (System.nanoTime() - start) / NANOS;
  }
}
