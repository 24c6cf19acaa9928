package io.github.qwenvlspark.pipeline.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * How many files this process may hold open.
 *
 * @param limit files
 */
record OpenFiles(long limit) implements Check {
  /** Shuffle files, connections and jars of a busy executor. */
  private static final long ENOUGH = 4096;

  /** The limit of this process; where the system does not tell, there is none. */
  static OpenFiles ofThisProcess() {
    return new OpenFiles(
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE);
  }

  @Override
  public List<Finding> look() {
    String detail = limit == Long.MAX_VALUE ? "no limit" : "at most " + limit;
    return List.of(
        limit < ENOUGH
            ? Finding.note(
                "open files",
                "%s; Spark may need more: ulimit -n %d for whoever starts the workers"
                    .formatted(detail, ENOUGH))
            : Finding.good("open files", detail));
  }
}
