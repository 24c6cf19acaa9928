package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/**
 * What is looked at.
 *
 * @param model checkpoint folder
 * @param settings that a run would have
 * @param conf of Spark, as a run would have it
 * @param uri something in the store that a run is to read
 * @param output folder of a run's tables
 * @param taskFolder task files of the user
 * @param leastFree bytes that each folder of scratch files must have free
 * @param session a local one, made only if a table is written
 */
public record Deployment(
    Path model,
    RunSettings settings,
    SparkConf conf,
    Optional<String> uri,
    Optional<String> output,
    Optional<Path> taskFolder,
    long leastFree,
    Supplier<SparkSession> session) {
  /** How stores are reached. */
  Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(conf);
  }
}
