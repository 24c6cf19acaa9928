package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code doctor}: what it prints, and with which exit code it ends. */
class DoctorCommandTest {
  private static final String DEMO = "demo/qwen2.5-vl-demo";

  @TempDir private Path temp;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int doctor(String... more) {
    String[] args =
        Stream.concat(
                Stream.of(
                    "doctor",
                    "--conf",
                    "spark.qwenvl.engine.maxContextTokens=1024",
                    "--conf",
                    "spark.qwenvl.engine.cacheFolder=" + temp.resolve("cache")),
                Stream.of(more))
            .toArray(String[]::new);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void theDemoIsWellAndTheTableOfMemoryNamesEveryPrecision() {
    Path output = temp.resolve("out");
    LocalSpark.session(); // which is quicker with tables than the command's own
    assertThat(doctor("--model", DEMO, "--uri", temp.toString(), "--output", output.toString()))
        .as("%s%s", out, err)
        .isZero();

    assertThat(out.toString())
        .contains("digests          good   7 files are as published", "clock            good")
        .contains("output           good   file: written, read, not overwritten, deleted")
        .contains("delta            good   a table was written and read");
    assertThat(output).isEmptyDirectory();
    assertThat(out.toString())
        .contains(
            "onnxruntime      good", "with cpu", "ffmpeg           good", "load             good")
        .contains("memory fp32      good", "memory int8      good", "memory int4      good")
        .contains("KV cache (lower with maxBatch or maxContextTokens)");
    assertThat(out.toString().stripTrailing()).endsWith("findings, none is bad");
  }

  @Test
  void aModelThatDoesNotFitEndsWithOneAndIsNotLoaded() {
    assertThat(doctor("--model", DEMO, "--conf", "spark.qwenvl.engine.memoryLimit=1m"))
        .isEqualTo(1);

    assertThat(out.toString())
        .contains(
            "memory fp32      BAD", "memory int8      note", "load             note   not tried");
    assertThat(out.toString().stripTrailing()).endsWith("NOT WELL: memory fp32");
  }

  @Test
  void aFolderThatIsNoModelEndsWithOneAndSaysWhatIsMissing() {
    assertThat(doctor("--model", temp.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("checkpoint       BAD", "config.json");
  }

  @Test
  void aCacheFolderThatIsAFileIsBad() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertThat(doctor("--model", DEMO, "--conf", "spark.qwenvl.engine.cacheFolder=" + file))
        .isEqualTo(1);
    assertThat(out.toString()).contains("cache folder     BAD", "spark.qwenvl.engine.cacheFolder");
  }

  @Test
  void anUnknownStoreIsBadAndItsSecretIsNotRepeated() {
    assertThat(doctor("--model", DEMO, "--uri", "nostore://key:secret@bucket/a")).isEqualTo(1);
    assertThat(out.toString())
        .contains("store            BAD    no file system")
        .doesNotContain("secret");
  }

  @Test
  void aWrongSettingEndsWithTwo() {
    assertThat(doctor("--model", DEMO, "--conf", "spark.qwenvl.engine.precision=int3"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("fp32 or int8 or int4 or auto");
  }

  @Test
  void theSameFindingsComeAsJson() throws IOException {
    assertThat(doctor("--model", DEMO, "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("well").asBoolean()).isTrue();
    assertThat(json.path("findings").findValuesAsText("finding"))
        .contains("java", "cores", "memory int4", "load");
  }
}
