package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code verify}: what it prints, and with which exit code it ends. */
class VerifyCommandTest {
  private static final Path DEMO = Path.of("demo/qwen2.5-vl-demo");
  private static final Path GOLDEN = Path.of("demo/verify-golden.json");

  @TempDir Path temp;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int verify(Path model, String... more) {
    String[] args =
        Stream.concat(Stream.of("verify", "--model", model.toString()), Stream.of(more))
            .toArray(String[]::new);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void theDemoCheckpointEndsWithZeroAndVerified() {
    assertThat(verify(DEMO, "--golden", GOLDEN.toString())).as("%s", out).isZero();

    assertThat(out.toString().stripTrailing().lines().toList())
        .last()
        .asString()
        .startsWith("VERIFIED: 21 of 21 measures are green");
    assertThat(out.toString()).contains("golden answers", "281 greedy tokens");
  }

  @Test
  void aChangedByteEndsWithOneAndNamesTheMeasure() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("demo"));
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    byte[] weights = Files.readAllBytes(folder.resolve("model.safetensors"));
    weights[weights.length - 100] ^= 1;
    Files.write(folder.resolve("model.safetensors"), weights);

    assertThat(verify(folder)).isEqualTo(1);
    assertThat(out.toString().stripTrailing()).endsWith("NOT VERIFIED: files");
    assertThat(out.toString()).contains("model.safetensors is not the file that was meant");
  }

  @Test
  void theCertificateAsJsonHasStableKeys() throws IOException {
    assertThat(verify(DEMO, "--json")).isZero();

    JsonNode certificate = new ObjectMapper().readTree(out.toString());
    assertThat(certificate.path("verified").asBoolean()).isTrue();
    assertThat(certificate.path("red")).isEmpty();
    assertThat(certificate.path("measures")).hasSize(15);
    assertThat(certificate.path("measures").get(0).properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("measure", "cases", "largest_error", "tolerance", "verdict", "detail");
    assertThat(certificate.path("files").get(0).path("sha256").asText()).hasSize(64);
    assertThat(certificate.path("fingerprint").asText()).hasSize(64);
  }

  @Test
  void whatCannotBeDoneEndsWithTwoAndOneMessage() {
    assertThat(verify(temp)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("no config.json");
    assertThat(verify(DEMO, "--golden", temp.resolve("none.json").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("docs/verify-golden.py");
  }
}
