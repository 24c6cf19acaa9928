package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run whose model could not be placed on the GPUs of its cluster ends before it asks for any. */
class RefusedGpusTest {
  private static final String HEAD =
      "The model cannot be placed on the GPUs of this cluster; nothing was started:";

  @TempDir Path temp;

  private final StringWriter err = new StringWriter();

  /** A cluster that is well but for one setting; it is not there, so that a session would hang. */
  private int run(String setting) {
    List<String> args =
        new ArrayList<>(
            List.of("run", "--manifest", "none.csv", "--model", "demo/qwen2.5-vl-demo"));
    args.addAll(List.of("--task", "ocr", "--output", temp.resolve("out").toString()));
    for (String conf :
        List.of(
            "spark.master=spark://no-such-host.invalid:7077",
            "spark.qwenvl.device=cuda",
            "spark.executor.cores=8",
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=0.125",
            setting)) {
      args.addAll(List.of("--conf", conf));
    }
    return Main.commandLine()
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.task.resource.gpu.amount=0.5, '2 of 8 tasks would share the GPU'",
    "spark.executor.resource.gpu.amount=2, 'one executor has one GPU and one engine; set 1'",
    "spark.executor.cores=eight, 'a number is needed'",
    "spark.qwenvl.device=cuda:1, 'Spark says which GPU an executor has; set cuda'",
    "spark.master=yarn, 'discoveryScript is missing'",
    "spark.plugins=com.nvidia.spark.SQLPlugin, 'set 0.15'"
  })
  void itEndsWithTwoAndOneMessageBeforeASessionIsOpened(String setting, String problem) {
    assertThat(run(setting)).as("%s", err).isEqualTo(Main.BAD_REQUEST);

    assertThat(err.toString().lines()).hasSize(2).first().isEqualTo(HEAD);
    assertThat(err.toString()).contains(problem);
    assertThat(temp).isEmptyDirectory();
  }
}
