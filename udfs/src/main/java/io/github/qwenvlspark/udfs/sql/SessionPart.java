package io.github.qwenvlspark.udfs.sql;

import org.apache.spark.sql.SparkSessionExtensions;

/**
 * What another module on the class path adds to sessions with {@link QwenVlExtensions}; found by
 * {@link java.util.ServiceLoader}.
 */
public interface SessionPart {
  /** Adds functions, rules and whatever they need. */
  void addTo(SparkSessionExtensions extensions);
}
