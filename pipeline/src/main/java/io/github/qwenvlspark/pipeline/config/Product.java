package io.github.qwenvlspark.pipeline.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What is running.
 *
 * @param commit of git, from which it was built; {@code unknown} where it was built without git
 */
public record Product(String version, String commit) {
  /** This one. */
  public static final Product THIS = read();

  private static Product read() {
    Properties properties = new Properties();
    try (InputStream file = Product.class.getResourceAsStream("product.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Product(properties.getProperty("version"), properties.getProperty("commit"));
  }

  @Override
  public String toString() {
    return "qwen-vl-spark %s (%s)".formatted(version, commit);
  }
}
