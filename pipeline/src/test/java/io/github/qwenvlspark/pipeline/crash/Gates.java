package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Points that other processes pass, and at which a test holds them, or lets them fail. All of it is
 * files in one folder, whose name travels as a system property: a gate that a test put up, who came
 * to it, and that it is open. Thread-safe.
 */
final class Gates {
  /** The folder, as processes get to know it. */
  private static final String FOLDER = "qwenvl.test.gates";

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path folder;

  Gates(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** What a process is about to do, or has done. */
  enum Point {
    /** The engine of an executor is opened: inspection and plan are through. */
    ENGINE,
    /** A request is given to the engine; the text is its prompt. */
    ASK,
    /** A file is opened; the text is its path, as in those that follow. */
    OPEN,
    CREATE,
    /** All is written, the file is not closed. */
    CLOSE,
    CLOSED,
    /** A commit that is written gets its name. */
    RENAME,
    RENAMED,
    /** The driver heard that a Spark task succeeded; the text names the executor. */
    TASK_END
  }

  /** What becomes of a process that comes to a gate. */
  private enum Action {
    HOLD,
    NOTE,
    FAIL
  }

  /** Options by which a JVM knows the gates. */
  String javaOption() {
    return "-D%s=%s".formatted(FOLDER, folder);
  }

  /** Lets this JVM pass them too. */
  void here() {
    System.setProperty(FOLDER, folder.toString());
  }

  /** Lets this JVM pass none any more. */
  static void nowhere() {
    System.clearProperty(FOLDER);
  }

  /** Holds the first {@code times} that pass {@code point} with a text that has {@code part}. */
  Gate hold(Point point, String part, int times) {
    return put(point, part, Action.HOLD, times, "-");
  }

  /** Takes note of who passes, and lets them. */
  Gate note(Point point, String part, int times) {
    return put(point, part, Action.NOTE, times, "-");
  }

  /** The first {@code times} that pass get an {@link IOException}. */
  Gate fail(Point point, String part, int times, String message) {
    return put(point, part, Action.FAIL, times, message);
  }

  private Gate put(Point point, String part, Action action, int times, String message) {
    try {
      Files.createDirectories(folder);
      String name;
      try (Stream<Path> there = Files.list(folder)) {
        name = "gate-%03d".formatted(there.filter(Gates::isGate).count());
      }
      write(
          folder.resolve(name + ".gate"),
          String.join("\n", point.name(), part, action.name(), Integer.toString(times), message));
      return new Gate(folder, name, times);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens all gates for good. */
  void openAll() {
    try (Stream<Path> there = Files.list(folder)) {
      for (Path gate : there.filter(Gates::isGate).toList()) {
        String name = gate.getFileName().toString();
        Files.delete(gate);
        new Gate(folder, name.substring(0, name.length() - ".gate".length()), 0).open();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isGate(Path file) {
    return file.toString().endsWith(".gate");
  }

  /** A whole file, or none. */
  private static void write(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(file.getParent(), "draft", ".tmp");
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Called in the processes. */
  static void pass(Point point, String text) throws IOException {
    String known = System.getProperty(FOLDER);
    if (known == null || !Files.isDirectory(Path.of(known))) {
      return;
    }
    List<Path> gates;
    try (Stream<Path> there = Files.list(Path.of(known))) {
      gates = there.filter(Gates::isGate).sorted().toList();
    }
    for (Path gate : gates) {
      List<String> lines = Files.readAllLines(gate);
      if (Point.valueOf(lines.get(0)) == point && text.contains(lines.get(1))) {
        String name = gate.getFileName().toString().replace(".gate", "");
        if (claimed(Path.of(known), name, Integer.parseInt(lines.get(3)))) {
          act(Action.valueOf(lines.get(2)), lines.get(4), Path.of(known, name + ".open"));
        }
      }
    }
  }

  private static boolean claimed(Path folder, String name, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      try {
        Files.createFile(folder.resolve("%s.%d.claimed".formatted(name, i)));
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      write(
          folder.resolve("%s.%d.came".formatted(name, i)),
          Long.toString(ProcessHandle.current().pid()));
      return true;
    }
    return false;
  }

  private static void act(Action action, String message, Path open) throws IOException {
    switch (action) {
      case NOTE -> {}
      case FAIL -> throw new IOException(message);
      case HOLD -> {
        while (!Files.exists(open)) {
          pause();
        }
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted at a gate", e);
    }
  }

  /** One point, as the test sees it. */
  record Gate(Path folder, String name, int times) {
    /**
     * Waits until all that it counts have come, and gives the first.
     *
     * @param run must still be there
     * @throws IllegalStateException if they do not come
     */
    ProcessHandle await(Submission run) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      try {
        while (!IntStream.range(0, times).allMatch(i -> Files.exists(came(i)))) {
          if (!run.isAlive() || System.nanoTime() > deadline) {
            throw new IllegalStateException(
                "Not all came to %s:%n%s".formatted(name, run.output()));
          }
          pause();
        }
        return ProcessHandle.of(Long.parseLong(Files.readString(came(0)))).orElseThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Path came(int i) {
      return folder.resolve("%s.%d.came".formatted(name, i));
    }

    void open() {
      try {
        write(folder.resolve(name + ".open"), "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
