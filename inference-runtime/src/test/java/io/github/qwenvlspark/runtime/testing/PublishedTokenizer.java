package io.github.qwenvlspark.runtime.testing;

import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/** The vocabulary that Qwen publishes, kept compressed in the fixtures. */
public final class PublishedTokenizer {
  private PublishedTokenizer() {}

  /** Unpacks and opens it; the caller closes the result. */
  public static QwenTokenizer open(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    try (InputStream packed = Files.newInputStream(Fixtures.path("text/tokenizer.json.gz"));
        InputStream json = new GZIPInputStream(packed)) {
      Files.copy(json, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return QwenTokenizer.open(file);
  }
}
