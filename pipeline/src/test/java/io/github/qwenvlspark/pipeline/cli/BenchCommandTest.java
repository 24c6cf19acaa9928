package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench}: what it prints, and with which exit code it ends. */
class BenchCommandTest {
  private static final Path DEMO = Path.of("demo/qwen2.5-vl-demo");

  @TempDir Path temp;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(Path model, String... more) {
    String[] args =
        Stream.concat(Stream.of("bench", "--model", model.toString(), "--quick"), Stream.of(more))
            .toArray(String[]::new);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void theDemoCheckpointIsMeasuredFromMachineToPage() {
    assertThat(bench(DEMO, "--precision", "fp32", "--batch", "1,4")).as("%s", err).isZero();

    List<String> measures =
        out.toString()
            .lines()
            .skip(1)
            .takeWhile(line -> !line.isBlank())
            .map(line -> line.strip().split(" {2,}", 2)[0])
            .toList();
    assertThat(measures)
        .contains("memory read", "GEMM", "prefill 512", "vision 352 patches", "load")
        .contains("decode batch 1, at 256", "decode batch 4, at 512", "batch 4 / batch 1, at 256")
        .contains("engine / packed", "engine, live rows", "peak memory", "memory read, afterwards");
    assertThat(out.toString())
        .contains("page, 16 new tokens", "all answers equal those of the packed batches")
        .contains("checkpoint qwen2.5-vl-demo, model.fingerprint");
  }

  @Test
  void aDeviceThatIsNotThereEndsWithOneMessage() {
    assertThat(bench(DEMO, "--device", "cuda:97")).isEqualTo(Main.FAILED);
    assertThat(err.toString()).contains("cuda:97").doesNotContain("\tat ");
  }

  @Test
  void theReportAsJsonIsOneObjectWithTheSameMeasures() throws IOException {
    assertThat(bench(DEMO, "--precision", "int8", "--batch", "1,2", "--threads", "1", "--json"))
        .as("%s", err)
        .isZero();

    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("model").asText()).isEqualTo("qwen2.5-vl-demo");
    assertThat(report.path("threads").asInt()).isEqualTo(1);
    assertThat(report.path("measures")).isNotEmpty();
    for (JsonNode measure : report.path("measures")) {
      assertThat(measure.path("best").asDouble()).as("%s", measure).isPositive().isFinite();
      assertThat(measure.path("precision").asText()).isIn("-", "fp32", "int8");
    }
  }

  @Test
  void whatCannotBeDoneEndsWithTwoAndOneMessage() {
    assertThat(bench(temp)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("config.json");
    assertThat(bench(DEMO, "--precision", "fp32,fp64")).isEqualTo(2);
    assertThat(err.toString()).contains("--precision \"fp64\": expected some of fp32,int8");
    assertThat(bench(DEMO, "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("Cannot bench: threads must be at least 1, not 0");
    assertThat(bench(DEMO, "--batch", "1,none")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aCheckpointOfFewPositionsIsRefusedWithTheNumbers() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("short"));
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replaceAll("(\"max_position_embeddings\": *)\\d+", "$1" + 256));

    assertThat(bench(folder)).isEqualTo(2);
    assertThat(err.toString())
        .contains("rows of 513 tokens are measured, its max_position_embeddings is 256");
  }
}
