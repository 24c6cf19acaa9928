package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Which places a manifest or a conversation may name. Whoever writes these reads with the job's own
 * rights: what is not allowed here is refused before a store is asked. Immutable.
 *
 * @param roots folders below which local files must lie; anywhere if empty
 */
record SourcePolicy(List<String> schemes, List<Path> roots, List<String> buckets) {
  /** What the operating system says of a name that leads to no file, now or later. */
  private static final List<String> NO_PLACE =
      List.of("Not a directory", "File name too long", "Too many levels of symbolic links");

  static SourcePolicy of(FetchSettings settings) {
    return new SourcePolicy(
        settings.schemes(),
        settings.roots().stream().map(root -> Path.of(root).normalize()).toList(),
        settings.buckets());
  }

  /**
   * Checks scheme and bucket.
   *
   * @param location with a scheme; its path does not count
   * @throws QwenVlException ACCESS_DENIED naming the setting
   */
  void requireAllowed(URI location) {
    String scheme = location.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      throw denied(
          "Nothing is read by scheme \"%s\"".formatted(scheme),
          "spark.qwenvl.fetch.schemes",
          String.join(",", schemes));
    }
    // The whole authority: with credentials in it, it is no bucket of the list.
    if (!scheme.equals("file") && !buckets.isEmpty() && !buckets.contains(bucket(location))) {
      throw denied(
          "This %s bucket or host is not read".formatted(scheme),
          "spark.qwenvl.fetch.buckets",
          String.join(",", buckets));
    }
  }

  private static String bucket(URI location) {
    return location.getRawAuthority() == null ? "" : location.getRawAuthority();
  }

  /**
   * Where a local file really is, links followed: the place to open, so that a link that changes
   * later leads nowhere else.
   *
   * @throws NoSuchFileException if there is none below the roots
   * @throws QwenVlException ACCESS_DENIED if it lies, or would lie, outside of them
   */
  Path resolved(Path file) throws IOException {
    Path asked = file.toAbsolutePath().normalize();
    if (roots.isEmpty()) {
      return real(asked);
    }
    List<Path> real = roots.stream().flatMap(SourcePolicy::existing).toList();
    Path found;
    try {
      found = real(asked);
    } catch (IOException e) {
      // Outside of the roots nobody learns what is there.
      if (Stream.concat(roots.stream(), real.stream()).anyMatch(asked::startsWith)) {
        throw e;
      }
      throw outside();
    }
    if (real.stream().noneMatch(found::startsWith)) {
      throw outside();
    }
    return found;
  }

  private static Path real(Path file) throws IOException {
    try {
      return file.toRealPath();
    } catch (FileSystemException e) {
      if (e.getReason() != null && NO_PLACE.stream().anyMatch(e.getReason()::startsWith)) {
        throw new NoSuchFileException(file.toString());
      }
      throw e;
    }
  }

  private static Stream<Path> existing(Path root) {
    try {
      return Files.exists(root) ? Stream.of(root.toRealPath()) : Stream.empty();
    } catch (IOException e) {
      return Stream.empty(); // a root that cannot be reached holds no file that can
    }
  }

  private QwenVlException outside() {
    return denied(
        "The file lies outside of the folders that are read",
        "spark.qwenvl.fetch.roots",
        String.join(",", roots.stream().map(Path::toString).toList()));
  }

  private static QwenVlException denied(String what, String setting, String value) {
    return new QwenVlException(
        ErrorType.ACCESS_DENIED, "%s (%s = %s)".formatted(what, setting, value));
  }
}
