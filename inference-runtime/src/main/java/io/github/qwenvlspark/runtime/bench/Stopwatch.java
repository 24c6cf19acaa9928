package io.github.qwenvlspark.runtime.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Runs a thing again and again and notes wall and processor time. Confined to one thread. */
final class Stopwatch {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Laps are at least so long: processor time is counted in hundredths of a second. */
  private static final double LAP_S = 0.05;

  private final BenchPlan.Effort effort;

  Stopwatch(BenchPlan.Effort effort) {
    this.effort = effort;
  }

  /** Warms up once, then runs until there is enough to tell; short work several times a lap. */
  Timing time(Runnable work) {
    List<Timing.Lap> laps = new ArrayList<>();
    Timing.Lap warmUp = lap(work);
    double spent = 0;
    if (warmUp.wallS() > effort.seconds()) {
      // So long a run hardly feels what a warm-up warms.
      laps.add(warmUp);
      spent = warmUp.wallS();
    }
    int runs = (int) Math.max(1, Math.ceil(LAP_S / warmUp.wallS()));
    while (laps.size() < effort.fewestLaps()
        || (spent < effort.seconds() && laps.size() < effort.mostLaps())) {
      Timing.Lap lap = lap(() -> repeat(work, runs));
      laps.add(lap);
      spent += lap.wallS();
    }
    return Timing.of(laps).dividedBy(runs);
  }

  private static void repeat(Runnable work, int runs) {
    for (int run = 0; run < runs; run++) {
      work.run();
    }
  }

  /** Runs once, without a warm-up. */
  static Timing.Lap lap(Runnable work) {
    double cpu = cpuS();
    long start = System.nanoTime();
    work.run();
    return new Timing.Lap((System.nanoTime() - start) / 1e9, cpuS() - cpu);
  }

  private static double cpuS() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }
}
