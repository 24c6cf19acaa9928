package io.github.qwenvlspark.pipeline.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;

/** Whether the session of a run would know Delta. What is not set, our commands set themselves. */
record DeltaSession(SparkConf conf) implements Check {
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DELTA = "io.delta.sql.DeltaSparkSessionExtension";
  private static final String CATALOG = "spark.sql.catalog.spark_catalog";
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    String extensions = conf.get(EXTENSIONS, DELTA);
    if (!Arrays.asList(extensions.split("\\s*,\\s*", -1)).contains(DELTA)) {
      findings.add(
          Finding.bad(
              "delta session",
              "%s = %s lacks Delta: add %s".formatted(EXTENSIONS, extensions, DELTA)));
    }
    String catalog = conf.get(CATALOG, DELTA_CATALOG);
    if (!catalog.equals(DELTA_CATALOG)) {
      findings.add(
          Finding.bad(
              "delta session",
              "%s = %s is not Delta's: set %s".formatted(CATALOG, catalog, DELTA_CATALOG)));
    }
    return findings.isEmpty()
        ? List.of(Finding.good("delta session", "extension and catalog are Delta's"))
        : findings;
  }
}
