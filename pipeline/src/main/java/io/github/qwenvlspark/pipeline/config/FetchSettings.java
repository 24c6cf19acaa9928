package io.github.qwenvlspark.pipeline.config;

import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How objects are read from their stores, and from which.
 *
 * @param attempts how often a read is tried when the store fails for a moment
 * @param timeout longest time for one read, all attempts and the pauses between them together
 * @param schemes of URIs that may be read, in lower case
 * @param roots folders below which local files must lie; anywhere if empty
 * @param buckets that may be read; any if empty
 * @param httpTimeout longest time for one object of the web, redirects included
 */
public record FetchSettings(
    int attempts,
    Duration timeout,
    List<String> schemes,
    List<String> roots,
    List<String> buckets,
    Duration httpTimeout)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Integer> FETCH_ATTEMPTS =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.fetch.attempts", 5))
          .doc("How often a read is tried when the store fails for a moment; pauses double.");
  static final Setting<Duration> TIMEOUT =
      Setting.duration("spark.qwenvl.fetch.timeout", "5min")
          .doc("Longest time for one read, all attempts and pauses together; more is TIMEOUT.");
  static final Setting<List<String>> SCHEMES =
      Setting.words("spark.qwenvl.fetch.schemes", "file,s3a,hdfs")
          .doc("Schemes of URIs that may be read; http and https are read only if named here.");
  static final Setting<List<String>> ROOTS =
      Setting.words("spark.qwenvl.fetch.roots", "")
          .where("absolute folders separated by commas", FetchSettings::areAbsolute)
          .doc("Folders below which local files must lie, links resolved; empty is anywhere.");
  static final Setting<List<String>> BUCKETS =
      Setting.words("spark.qwenvl.fetch.buckets", "")
          .doc("Buckets (of hdfs and the web: hosts) that may be read; empty is any.");
  static final Setting<Integer> HTTP_TIMEOUT =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.fetch.httpTimeoutSeconds", 60))
          .doc("Longest time for one object of the web; more is TIMEOUT.");

  static final List<Setting<?>> ALL =
      List.of(FETCH_ATTEMPTS, TIMEOUT, SCHEMES, ROOTS, BUCKETS, HTTP_TIMEOUT);

  public FetchSettings {
    schemes = schemes.stream().map(scheme -> scheme.toLowerCase(Locale.ROOT)).toList();
    roots = List.copyOf(roots);
    buckets = List.copyOf(buckets);
  }

  /** All else as whoever sets nothing has it. */
  public FetchSettings(int attempts) {
    this(
        attempts,
        TIMEOUT.parse(TIMEOUT.defaultText()),
        SCHEMES.parse(SCHEMES.defaultText()),
        List.of(),
        List.of(),
        Duration.ofSeconds(HTTP_TIMEOUT.parse(HTTP_TIMEOUT.defaultText())));
  }

  static FetchSettings from(Settings settings) {
    return new FetchSettings(
        settings.get(FETCH_ATTEMPTS),
        settings.get(TIMEOUT),
        settings.get(SCHEMES),
        settings.get(ROOTS),
        settings.get(BUCKETS),
        Duration.ofSeconds(settings.get(HTTP_TIMEOUT)));
  }

  private static boolean areAbsolute(List<String> folders) {
    try {
      return folders.stream().allMatch(folder -> Path.of(folder).isAbsolute());
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
