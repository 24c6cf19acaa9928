package io.github.qwenvlspark.pipeline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.cli.Main;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.job.SqlJob;
import io.github.qwenvlspark.pipeline.testing.DemoTables;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of all pages, as they stand there, with the demo's model and documents in the place
 * of the reader's ({@link Desk}). Blocks that need what is not here say so in a comment before
 * them.
 */
class DocsCommandsTest {
  /** Pages whose SQL other tests run. */
  private static final Set<String> SQL_RUN_ELSEWHERE =
      Set.of("docs/sql.md", "docs/ask-in-sql.md"); // SqlPageTest, AskInSqlPageTest

  /** A handful of rows: compiling Spark's plans would take longer than running them. */
  private static final Map<String, String> QUICK =
      Map.of(
          "spark.master", "local[2]",
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.shuffle.partitions", "1",
          "spark.databricks.delta.snapshotPartitions", "1",
          "spark.log.level", "ERROR");

  /** Commands that ran well, on whatever page: the same is not run twice. */
  private static final Set<List<String>> RAN = new HashSet<>();

  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    DemoTables.folder();
    LocalSpark.stop();
    FreshEngine.forget();
    QUICK.forEach(System::setProperty);
  }

  @AfterAll
  static void tidy() {
    QUICK.keySet().forEach(System::clearProperty);
    FreshEngine.forget();
  }

  static Stream<Page> pagesWithCommands() throws IOException {
    return Page.all().stream().filter(page -> runnable(page).findAny().isPresent());
  }

  /** Blocks of commands that run here. */
  private static Stream<Block> runnable(Page page) {
    return page.blocks().stream()
        .filter(block -> Set.of("", "sh", "bash").contains(block.language()))
        .filter(block -> !block.isExample() && block.needs().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("pagesWithCommands")
  void theCommandsOfAPageRun(Page page) throws IOException {
    Desk desk = new Desk(folder);
    Bash bash = new Bash(folder);
    for (Block block : runnable(page).toList()) {
      List<List<String>> calls = bash.run(block.text());
      assertThat(calls).as("%s runs nothing: mark it as an example", block).isNotEmpty();
      for (List<String> call : calls) {
        run(desk, block, call);
      }
    }
  }

  private static void run(Desk desk, Block block, List<String> call) throws IOException {
    if (!RAN.add(call)) {
      return;
    }
    if (call.get(0).equals("qwenvl")) {
      Said said = execute(desk.here(call.subList(1, call.size())));
      assertThat(said.code()).as("%s: %s%n%s", block, call, said.text()).isZero();
    } else {
      assertThat(call.get(0)).as("%s: mark what it needs", block).isEqualTo("mvn");
      assertThat(new MavenCall(call).unknown()).as("%s: %s", block, call).isEmpty();
    }
  }

  /** What a command ended with, and printed. */
  private record Said(int code, String text) {}

  private static Said execute(String... arguments) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(both);
    System.setErr(both);
    try {
      return new Said(Main.execute(arguments), text.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      FreshEngine.forget();
    }
  }

  @Test
  void whatIsNotRunSaysWhatItNeeds() throws IOException {
    assertThat(Page.all().stream().flatMap(page -> page.blocks().stream()))
        .allSatisfy(block -> assertThat(block.isMarkedWell()).as("%s", block).isTrue());
  }

  static Stream<Block> queries() throws IOException {
    return Page.all().stream()
        .filter(page -> !SQL_RUN_ELSEWHERE.contains(page.path()))
        .flatMap(page -> page.blocks().stream())
        .filter(block -> block.language().equals("sql") && block.needs().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void queriesOfPagesCanBeAsked(Block query) throws IOException {
    assertThat(new SqlJob(LocalSpark.session()).query(DemoTables.folder(), query.text()).count())
        .isNotNegative();
  }

  @Test
  void commandsWithinTextHaveTheOptionsThatThereAre() throws IOException {
    List<String> commands =
        Page.all().stream()
            .flatMap(page -> page.commandsInText().stream())
            .filter(command -> !command.contains("…"))
            .toList();

    assertThat(commands)
        .allSatisfy(
            command -> {
              String[] words = command.substring("./qwenvl ".length()).split(" ");
              String[] asked = Arrays.copyOf(words, words.length + 1);
              asked[words.length] = "--help";
              assertThat(execute(asked)).as(command).matches(said -> said.code() == 0);
            });
  }
}
