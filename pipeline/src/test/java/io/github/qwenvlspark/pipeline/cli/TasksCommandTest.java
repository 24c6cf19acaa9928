package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksCommandTest {
  private static final String STAMPS =
      """
      task: stamps
      description: "Counts stamps."
      media: [image]
      prompt: "Count the stamps."
      """;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void tasksAreListedWithTheUsersOwn() throws IOException {
    Path file = Files.writeString(folder.resolve("stamps.yaml"), STAMPS);

    assertThat(execute("tasks", "--tasks-dir", folder.toString())).isZero();

    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "video_grounding video moments Says when in a clip something happens.",
            "stamps image text Counts stamps. (" + file + ")");
  }

  @Test
  void aTaskIsPrintedAsItsFileIs() throws IOException {
    Files.writeString(folder.resolve("stamps.yaml"), STAMPS);

    assertThat(execute("tasks", "--tasks-dir", folder.toString(), "stamps")).isZero();

    assertThat(out).hasToString(STAMPS);
  }

  @Test
  void aWrongFileEndsWithTwoAndNamesFileAndLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("stamps.yaml"), STAMPS + "models:\n  \"mine*\":\n    fps: 1\n");

    assertThat(execute("tasks", "--tasks-dir", folder.toString())).isEqualTo(2);

    assertThat(err.toString()).startsWith(file + ", line 7: fps: this has an effect on clips only");
  }

  @Test
  void anUnknownTaskEndsWithTwo() {
    assertThat(execute("tasks", "orc")).isEqualTo(2);
    assertThat(err.toString()).startsWith("No task \"orc\"");
  }
}
