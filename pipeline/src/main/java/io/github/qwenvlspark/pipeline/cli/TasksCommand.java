package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.config.Tasks.Listed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code qwenvl tasks}. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the tasks, after checking the task files of a folder; or prints one task's file.",
      "A wrong file ends with 2 and names file and line. See docs/tasks.md."
    })
final class TasksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Print the file of this task.")
  private String name;

  @Option(names = "--tasks-dir", description = "Folder of your own task files.")
  private Path tasksDir;

  @Override
  public Integer call() {
    List<Listed> tasks = Tasks.load(Optional.ofNullable(tasksDir)).all();
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      list(tasks, out);
    } else {
      out.print(named(tasks).text());
    }
    out.flush();
    return 0;
  }

  private Listed named(List<Listed> tasks) {
    return tasks.stream()
        .filter(listed -> listed.task().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadRequestException(
                    "No task \"%s\"; qwenvl tasks lists those that are known".formatted(name)));
  }

  private static void list(List<Listed> tasks, PrintWriter out) {
    line(out, "task", "reads", "answer", "");
    for (Listed listed : tasks) {
      Task task = listed.task();
      String media = task.media().stream().map(TasksCommand::word).collect(Collectors.joining(","));
      String where = listed.source().startsWith("conf/tasks/") ? "" : " (" + listed.source() + ")";
      line(out, task.name(), media, word(task.answer()), listed.description() + where);
    }
  }

  private static void line(PrintWriter out, String name, String media, String answer, String text) {
    out.println(
        "%-18s %-16s %-10s %s".formatted(name, media, answer, text.strip()).stripTrailing());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
