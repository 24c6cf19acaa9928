package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencedMediaTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;

  @BeforeEach
  void prepare() throws IOException {
    Files.write(folder.resolve("a%20b c.png"), CONTENT);
  }

  private ReferencedMedia media(String uri) {
    return new ReferencedMedia(
        new Fetcher(new Configuration(), MediaLimits.DEFAULT, new FetchSettings(1)), uri);
  }

  private PlannedMedia planned(String uri) {
    return new PlannedMedia(media(uri));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b c.png", "file://a%20b c.png"})
  void relativeNamesStartInTheFolderOfTheRow(String reference) {
    assertThat(planned(folder + "/page.png").read(reference)).isEqualTo(CONTENT);
    assertThat(planned(folder + "/").read(reference)).isEqualTo(CONTENT);
    assertThat(planned("file:" + folder + "/").read(reference)).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:", "file://"})
  void absoluteNamesNeedNoRow(String scheme) {
    assertThat(planned("").read(scheme + folder + "/a%20b c.png")).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @CsvSource({
    "a.png, INVALID_REQUEST",
    "/nowhere/a.png, NOT_FOUND",
    "/, UNSUPPORTED_MEDIA",
    "http://example.org/a.png, ACCESS_DENIED",
    "HTTPS://example.org/a.png, ACCESS_DENIED",
    "nosuch://store/a.png, ACCESS_DENIED"
  })
  void whatCannotBeReadIsTyped(String reference, ErrorType type) {
    assertThatThrownBy(() -> planned("").read(reference))
        .isInstanceOf(QwenVlException.class)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(type);
  }

  @Test
  void whatIsFoundHasAFingerprint() {
    assertThat(media(folder + "/").find("a%20b c.png").fingerprint()).startsWith("length:3,");
  }
}
