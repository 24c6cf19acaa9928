package io.github.qwenvlspark.pipeline.testing;

import org.apache.spark.sql.SparkSession;

/** The one session of the test JVM; a command that closed it gets a new one. */
public final class LocalSpark {
  private static SparkSession session;

  private LocalSpark() {}

  /** A session with two threads and Delta. */
  public static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("qwenvl tests")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
              .config(
                  "spark.sql.catalog.spark_catalog",
                  "org.apache.spark.sql.delta.catalog.DeltaCatalog")
              // Each run compiles some twenty plans for a handful of rows: interpreting them is
              // quicker.
              .config("spark.sql.codegen.wholeStage", "false")
              .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
              .config("spark.databricks.delta.snapshotPartitions", "1")
              // One process commits here; the usual store starts two programs for each commit.
              .config("spark.delta.logStore.file.impl", "io.delta.storage.LocalLogStore")
              .config("spark.sql.shuffle.partitions", "1")
              .getOrCreate();
      session.sparkContext().setLogLevel("ERROR");
    }
    return session;
  }

  /** Makes room for a session of other settings: a JVM has one at a time. */
  public static synchronized void stop() {
    if (session != null) {
      session.stop();
    }
  }
}
