package io.github.qwenvlspark.pipeline.scale;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import com.sun.management.OperatingSystemMXBean;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsCommit;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * How commits of a run grow with its table; docs/scaling.md has its figures, {@code simulate}
 * counts with them. A line for each size: files that came since the plan, processor seconds of a
 * commit of 20 rows, and of a look at the table that leaves all files out by their statistics.
 * Processor seconds of the whole process, so that what else the machine does is not in them.
 *
 * <pre>
 * java -Xmx2g ... CommitCurve 0 250 500 1000    # with the test class path, the options of surefire
 * </pre>
 */
public final class CommitCurve {
  private static final int LAPS = 3;
  private static final double NANOS = 1e9;

  private CommitCurve() {}

  /** Arguments: numbers of files, rising. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("commits");
    try (SparkSession spark = session()) {
      ResultsTable table = new ResultsTable(spark, new OutputFolder(folder.toString()));
      table.prepare();
      ResultsCommit commit = table.commit("run", table.lastCommit(), false);
      System.out.println("files since | commit cpu s | listing cpu s");
      int files = 0;
      for (String arg : args) {
        int wanted = Integer.parseInt(arg);
        if (wanted > files) {
          answers(spark, arg, wanted - files, wanted - files)
              .withColumn("commit_seq", lit(1L))
              .write()
              .format("delta")
              .mode("append")
              .save(new OutputFolder(folder.toString()).results());
          files = wanted;
        }
        double[] commits = new double[LAPS];
        double[] listings = new double[LAPS];
        for (int lap = 0; lap < LAPS; lap++) {
          String staged = folder.resolve("staged-%s-%d".formatted(arg, lap)).toString();
          answers(spark, arg + lap, 20, 2).write().format("delta").save(staged);
          commits[lap] = seconds(() -> commit.commit(staged));
          listings[lap] =
              seconds(() -> table.read().where(col("commit_seq").equalTo(-1)).isEmpty());
        }
        System.out.printf(
            Locale.ROOT, "%,d | %.2f | %.2f%n", files, least(commits), least(listings));
      }
    }
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
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
  private static Dataset<Row> answers(SparkSession spark, String wave, int rows, int files) {
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
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long start = system.getProcessCpuTime();
    what.run();
    return (system.getProcessCpuTime() - start) / NANOS;
  }
}
