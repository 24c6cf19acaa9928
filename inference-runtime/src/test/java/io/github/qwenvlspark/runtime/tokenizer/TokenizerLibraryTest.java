package io.github.qwenvlspark.runtime.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where the native library cannot be loaded: a JVM tries that once. */
class TokenizerLibraryTest {
  private static final Path TOKENIZER = Fixtures.path("tiny-model-f32/tokenizer.json");

  @TempDir Path temp;

  /** Opens a tokenizer twice, and prints what is said of it. */
  public static void main(String[] args) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        QwenTokenizer.open(Path.of(args[0])).close();
      } catch (QwenVlException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static List<String> said(Path library) throws IOException {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-DRUST_LIBRARY_PATH=" + library,
                "-cp",
                System.getProperty("java.class.path"),
                TokenizerLibraryTest.class.getName(),
                TOKENIZER.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  @Test
  void aMissingLibraryIsNotTheFaultOfTheFile() throws IOException {
    assertThat(said(temp.resolve("none")))
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(message)
                    .startsWith("Cannot load the native library of the tokenizer (")
                    .contains("none", "glibc 2.34", "DJL_CACHE_DIR", "RUST_LIBRARY_PATH")
                    .doesNotContain("tokenizer.json"));
  }

  @Test
  void aLibraryThatCannotRunHereIsNamedEachTime() throws IOException {
    Path library = Files.writeString(temp.resolve(System.mapLibraryName("tokenizers")), "none");

    List<String> messages = said(library);

    assertThat(messages)
        .hasSize(2)
        .allSatisfy(message -> assertThat(message).startsWith("Cannot load the native library"));
    assertThat(messages.get(0)).contains(library.toString());
  }
}
