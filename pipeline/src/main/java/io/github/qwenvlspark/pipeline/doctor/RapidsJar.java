package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.GpuRules;
import java.util.List;
import org.apache.spark.SparkConf;

/** Whether the plugin that is switched on is there. */
record RapidsJar(SparkConf conf) implements Check {
  private static final String NAME = "rapids";
  private static final String JAR = "rapids-4-spark";
  private static final String CLASS = "com/nvidia/spark/SQLPlugin.class";

  private static final List<String> CLASS_PATHS =
      List.of(
          "spark.jars",
          "spark.jars.packages",
          "spark.driver.extraClassPath",
          "spark.executor.extraClassPath");

  @Override
  public List<Finding> look() {
    if (!GpuRules.hasRapids(conf)) {
      return List.of();
    }
    boolean named = CLASS_PATHS.stream().anyMatch(key -> conf.get(key, "").contains(JAR));
    boolean there = RapidsJar.class.getClassLoader().getResource(CLASS) != null;
    return List.of(
        named || there
            ? Finding.good(NAME, "its jar is on the class path")
            : Finding.bad(
                NAME,
                "spark.plugins asks for it, but no setting names its jar: give spark-submit --jars"
                    + " rapids-4-spark_2.13-VERSION.jar, or drop the plugin"));
  }
}
