package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void aRunOnPaperIsATable() {
    assertThat(execute("simulate", "--pages", "50000", "--gpus", "10", "--price-per-hour", "2"))
        .isZero();

    assertThat(out.toString().lines().map(line -> line.replaceAll(" .*", "")))
        .containsExactly(
            "asked", "cluster", "plan", "wall", "balance", "commits", "lost", "driver", "price");
  }

  @Test
  void programsGetJson() throws IOException {
    assertThat(execute("simulate", "--pages", "50000", "--gpus", "10", "--json")).isZero();

    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("pages").asLong()).isEqualTo(50_000);
    assertThat(json.path("seconds").asDouble()).isPositive();
    assertThat(json.path("commits").asInt()).isPositive();
  }

  @Test
  void aShareThatIsNoneEndsWithTwo() {
    assertThat(execute("simulate", "--slow-share", "3")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--slow-share 3.0");
  }

  @Test
  void aTimeThatIsNoneEndsWithTwo() {
    assertThat(execute("simulate", "--inspect-seconds", "-1")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--inspect-seconds -1.0");
  }

  @Test
  void settingsAreThoseOfARun() {
    assertThat(execute("simulate", "--conf", "spark.qwenvl.run.commitRequest=5")).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean spark.qwenvl.run.commitRequests?");
  }
}
