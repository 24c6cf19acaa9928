package io.github.qwenvlspark.pipeline.docs;

import io.github.qwenvlspark.pipeline.job.SqlJob;
import io.github.qwenvlspark.pipeline.testing.DemoTables;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folder in which somebody tries the commands of a page: the repository's root as far as
 * commands need it, some documents, and the tables of a run. What stands for a reader's own things
 * has its place here.
 */
final class Desk {
  private static final Path DEMO = Page.ROOT.resolve("pipeline/demo");
  private static final String MODEL = DEMO.resolve("qwen2.5-vl-demo").toString();

  /** What a page writes for what readers have: theirs by ours. */
  private static final Map<String, String> STANDS_FOR =
      Map.of(
          "/models/Qwen2.5-VL-3B-Instruct", MODEL,
          "DIR", MODEL,
          "M", MODEL,
          "s3a://bucket/in/", "documents.csv",
          "s3a://bucket/manifest.parquet", "documents.csv",
          "s3a://bucket/read", "out",
          "OUT", "out");

  /** Names that pages give to runs; there is one. */
  private static final Set<String> RUNS = Set.of("NEW", "OLD");

  /** Options whose value is a file or folder. */
  private static final Set<String> PATHS =
      Set.of(
          "--against",
          "--demo-dir",
          "--file",
          "--golden",
          "--html",
          "--manifest",
          "--model",
          "--output",
          "--report",
          "--save",
          "--source",
          "--tasks-dir",
          "--truth");

  private final Path folder;

  /** Lays all out. */
  Desk(Path folder) throws IOException {
    this.folder = folder;
    Files.createSymbolicLink(folder.resolve("pipeline"), Page.ROOT.resolve("pipeline"));
    for (String tables : List.of("out", "out-int8", "out-fp32", "demo-output")) {
      copy(Path.of(DemoTables.folder().root()), folder.resolve(tables));
    }
    Path inputs = DEMO.resolve("samples/inputs");
    Files.writeString(
        folder.resolve("documents.csv"),
        "uri\n%s\n%s\n".formatted(inputs.resolve("note-00.png"), inputs.resolve("invoice-01.png")));
    Files.writeString(
        folder.resolve("truth.jsonl"),
        "{\"uri\": \"%s\", \"task\": \"ocr\", \"layout\": \"plain\", \"text\": \"anything\"}\n"
            .formatted(inputs.resolve("receipt-02.png")));
    Files.copy(DEMO.resolve("verify-golden.json"), folder.resolve("golden.json"));
    smallDemo(folder.resolve("demo"));
  }

  /** The demo with its first samples alone: all of them are read by other tests. */
  private static void smallDemo(Path demo) throws IOException {
    Path samples = Files.createDirectories(demo.resolve("samples"));
    Files.createSymbolicLink(demo.resolve("qwen2.5-vl-demo"), Path.of(MODEL));
    for (String name : List.of("inputs", "truth.jsonl")) {
      Files.createSymbolicLink(samples.resolve(name), DEMO.resolve("samples").resolve(name));
    }
    List<String> manifest = Files.readAllLines(DEMO.resolve("samples/manifest.jsonl"));
    Files.write(samples.resolve("manifest.jsonl"), manifest.subList(0, 2));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes unused)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes unused)
              throws IOException {
            Files.copy(each, to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  Path folder() {
    return folder;
  }

  /** Arguments of {@code ./qwenvl} as they are here; a test cannot change its own folder. */
  String[] here(List<String> arguments) throws IOException {
    List<String> here = new ArrayList<>();
    for (String argument : arguments) {
      String ours = RUNS.contains(argument) ? run() : STANDS_FOR.getOrDefault(argument, argument);
      boolean isPath = !here.isEmpty() && PATHS.contains(here.get(here.size() - 1));
      here.add(isPath || exists(ours) ? folder.resolve(ours).toString() : ours);
    }
    if (here.get(0).equals("sql") && !here.contains("--output") && !here.contains("--model")) {
      here.addAll(List.of("--output", folder.resolve("demo-output").toString()));
    }
    if (here.get(0).equals("demo")) {
      here.addAll(List.of("--demo-dir", folder.resolve("demo").toString()));
      here.addAll(List.of("--output", folder.resolve("demo-output").toString()));
    }
    if (here.get(0).equals("report") && !here.contains("--file")) {
      here.addAll(List.of("--file", folder.resolve("report.html").toString()));
    }
    return here.toArray(String[]::new);
  }

  private static String run() throws IOException {
    return new SqlJob(LocalSpark.session())
        .query(DemoTables.folder(), "SELECT run_id FROM runs")
        .head()
        .getString(0);
  }

  private boolean exists(String argument) {
    return argument.matches("[\\w./-]+/[\\w./-]+") && Files.exists(folder.resolve(argument));
  }
}
