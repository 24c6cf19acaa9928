package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/**
 * Where Spark keeps shuffles and spilled rows on each machine.
 *
 * @param leastFree bytes
 */
record SparkFolders(SparkConf conf, long leastFree) implements Check {
  private static final String LOCAL_DIR = "spark.local.dir";

  @Override
  public List<Finding> look() {
    return Stream.of(Utils.getConfiguredLocalDirs(conf)) // SPARK_LOCAL_DIRS comes first
        .map(String::strip)
        .map(Path::of)
        .map(this::folder)
        .toList();
  }

  private Finding folder(Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, "qwenvl", ".probe"));
      long free = Files.getFileStore(folder).getUsableSpace();
      String detail = "%s, %s free".formatted(folder, MemoryBudget.size(free));
      return free < leastFree
          ? Finding.bad(
              "spark folder",
              "%s; %s are asked for (--min-free): free some, or set %s (or SPARK_LOCAL_DIRS) to a larger disk"
                  .formatted(detail, MemoryBudget.size(leastFree), LOCAL_DIR))
          : Finding.good("spark folder", detail);
    } catch (IOException e) {
      return Finding.bad(
          "spark folder",
          "%s cannot be written to: make it, or set %s (or SPARK_LOCAL_DIRS)"
              .formatted(folder, LOCAL_DIR));
    }
  }
}
