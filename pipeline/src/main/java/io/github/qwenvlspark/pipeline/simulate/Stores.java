package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.BadRequestException;

/**
 * What listing, planning and committing take, for a run that is alone with its table. What a commit
 * takes for itself and for each file was measured ({@code CommitCurve} in the tests,
 * docs/scaling.md), listing and sorting are those of docs/planning.md.
 *
 * @param inspectSeconds that a slot needs for a document: requests of the store, mostly
 * @param writes how answers become files
 */
public record Stores(double inspectSeconds, Writes writes) {
  public Stores {
    if (!Double.isFinite(inspectSeconds) || inspectSeconds < 0) {
      throw new BadRequestException(
          "--inspect-seconds %s: a number of at least 0 is needed".formatted(inspectSeconds));
    }
  }

  /** How the rows of a commit become files. */
  public enum Writes {
    /** As the reading tasks left them: a file for each bucket, about. */
    AS_READ,
    /**
     * Gathered into files of 128 MB first ({@code spark.databricks.delta.optimizeWrite.enabled}).
     */
    GATHERED
  }

  /** Core seconds for listing a document, and for sorting and writing down a page of the plan. */
  private static final double LISTED = 100e-6;

  private static final double SORTED = 60e-6;

  /** Jobs of a plan, beside what their rows take. */
  private static final double PLAN_JOBS = 60;

  private static final double WAVE_JOBS = 5;

  private static final double COMMIT_JOBS = 5;

  /** Core seconds for reading and writing a row of a commit. */
  private static final double ROW = 60e-6;

  /** Core seconds of a commit for each file that came since the plan: it looks into them twice. */
  private static final double FILE_READ = 16e-3;

  /** Seconds of the driver for each file that it has to name; not measured. */
  private static final double FILE_LISTED = 15e-6;

  /** Spark reads files of less than this size with so many bytes more. */
  private static final double OPEN_COST = 4 * 1024 * 1024;

  private static final double SPLIT = 128 * 1024 * 1024;
  private static final double ROW_BYTES = 3_000;

  /** Seconds before the first wave: list, inspect, sort. */
  double planning(long pages, int documents, int slots) {
    return PLAN_JOBS + (documents * (LISTED + inspectSeconds) + pages * SORTED) / slots;
  }

  /** Seconds from the decision for a wave until its tasks may begin. */
  double beginning() {
    return WAVE_JOBS;
  }

  /**
   * Seconds of a commit.
   *
   * @param rows of the wave
   * @param since files of the table that came since the plan: each commit looks into them, for what
   *     other runs committed
   */
  double commit(long rows, long since, int slots) {
    return COMMIT_JOBS + since * FILE_LISTED + (rows * ROW + since * FILE_READ) / slots;
  }

  /**
   * Files that a commit adds.
   *
   * @param buckets of the wave: files that are read
   */
  long files(long rows, int buckets, int slots) {
    double bytes = rows * ROW_BYTES;
    if (writes == Writes.GATHERED) {
      return Math.max(1, Math.round(bytes / SPLIT));
    }
    // Spark's rule for the size of a split (FilePartition.maxSplitBytes).
    double opened = bytes + buckets * OPEN_COST;
    double split = Math.min(SPLIT, Math.max(OPEN_COST, opened / slots));
    return Math.max(1, Math.min(buckets, Math.round(opened / split)));
  }
}
