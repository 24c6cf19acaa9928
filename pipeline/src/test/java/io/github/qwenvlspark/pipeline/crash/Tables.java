package io.github.qwenvlspark.pipeline.crash;

/** Parts of paths by which files of the tables are known. */
final class Tables {
  /** Followed by the number of a Spark task: answers of the first wave, not committed. */
  static final String ANSWERS = "/wave-000000/part-";

  private Tables() {}

  /** The n-th commit of answers, counted from 1; the table itself is version 0. */
  static String commit(int n) {
    return "/results/_delta_log/%020d.json".formatted(n);
  }

  /** The same before it has its name. */
  static String draft(int n) {
    return "/results/_delta_log/.%020d.json".formatted(n);
  }
}
