package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
  }

  private String[] run(String... more) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(
                "run",
                "--manifest",
                folder.toString(),
                "--model",
                folder.resolve("no-model").toString(),
                "--output",
                folder.resolve("out").toString(),
                "--task",
                "ocr"),
            java.util.stream.Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void helpIsNoFailure() {
    assertThat(execute("--help")).isZero();
    assertThat(execute("run", "--help")).isZero();
  }

  @Test
  void aMissingOptionEndsWithTwo() {
    assertThat(execute("run")).isEqualTo(2);
    assertThat(err.toString()).contains("--manifest");
  }

  @Test
  void aWrongSettingEndsWithTwoAndOneMessage() {
    assertThat(execute(run("--conf", "spark.qwenvl.engine.maxBatch=many"))).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "1 setting is wrong; nothing was started:"
                + "  spark.qwenvl.engine.maxBatch = \"many\": expected a whole number of at least 1 (default 8)");
  }

  @Test
  void aSettingWithoutAValueEndsWithTwo() {
    assertThat(execute(run("--conf", "spark.qwenvl.engine.maxBatch"))).isEqualTo(2);
    assertThat(err.toString()).contains("--conf spark.qwenvl.engine.maxBatch: key=value is needed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-0.1", "NaN"})
  void anErrorRateThatIsNoShareEndsWithTwo(String rate) {
    assertThat(execute(run("--max-error-rate", rate))).isEqualTo(2);
    assertThat(err.toString()).startsWith("--max-error-rate ").contains("a share from 0 to 1");
  }

  @Test
  void aMissingModelEndsWithTwoAndOneMessage() {
    LocalSpark.session();
    assertThat(execute(run())).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("no-model");
  }

  @Test
  void anAdapterIsCheckedOnTheDriver() {
    LocalSpark.session();
    String[] options = run("--adapter", folder.resolve("no-adapter").toString());
    options[4] = Path.of("demo/qwen2.5-vl-demo").toAbsolutePath().toString();

    assertThat(execute(options)).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("no-adapter", "adapter_config.json", "PEFT");
  }

  @Test
  void aQueryThatCannotBeReadEndsWithTwo() {
    LocalSpark.session();
    assertThat(execute("sql", "SELECT 1", "--output", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("No results in " + folder);
  }
}
