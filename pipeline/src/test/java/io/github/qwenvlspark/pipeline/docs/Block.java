package io.github.qwenvlspark.pipeline.docs;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a page.
 *
 * @param line of its fence, from 1
 * @param language behind the fence; empty for commands
 * @param before the line before the fence
 */
public record Block(String page, int line, String language, String before, String text) {
  private static final Pattern NEEDS = Pattern.compile("<!-- needs: (.*) -->");
  private static final Set<String> REASONS =
      Set.of("cluster", "gpu", "docker", "kubernetes", "s3", "internet");

  boolean isExample() {
    return before.equals("<!-- example -->");
  }

  /** What machines here have not. */
  Optional<String> needs() {
    Matcher marker = NEEDS.matcher(before);
    return marker.matches() ? Optional.of(marker.group(1)) : Optional.empty();
  }

  boolean isMarkedWell() {
    return needs().map(REASONS::contains).orElse(true);
  }

  @Override
  public String toString() {
    return page + ", line " + line;
  }
}
