package io.github.qwenvlspark.runtime.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Golden data of the reference, by path below {@code src/test/resources/fixtures}. */
public final class Fixtures {
  private Fixtures() {}

  public static Path path(String relative) {
    URL url = Fixtures.class.getResource("/fixtures/" + relative);
    if (url == null) {
      throw new IllegalArgumentException("No fixture " + relative);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
