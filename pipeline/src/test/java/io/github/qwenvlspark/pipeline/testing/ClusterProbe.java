package io.github.qwenvlspark.pipeline.testing;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * A small application for {@link StandaloneClusterIT}: every executor writes its process id into a
 * Delta table at {@code args[0]}; the driver reads it back.
 */
public final class ClusterProbe {
  private ClusterProbe() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("probe").getOrCreate()) {
      Dataset<Long> pids =
          spark.range(0, 2, 1, 2).map(new ProcessId(), Encoders.LONG()); // a row a partition
      pids.write().format("delta").save(args[0]);
      List<Long> written =
          spark.read().format("delta").load(args[0]).as(Encoders.LONG()).collectAsList();
      System.out.println("driver=" + ProcessHandle.current().pid());
      new TreeSet<>(written).forEach(pid -> System.out.println("executor=" + pid));
    }
  }

  /** The id of the process that handles a row. */
  private static final class ProcessId implements MapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long call(Long row) {
      return ProcessHandle.current().pid();
    }
  }
}
