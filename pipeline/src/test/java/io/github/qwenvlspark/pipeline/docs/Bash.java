package io.github.qwenvlspark.pipeline.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs blocks of commands in a folder in which {@code ./qwenvl}, {@code mvn} and {@code
 * spark-submit} write down how they were called and do nothing else.
 */
final class Bash {
  private static final String RECORD =
      """
      #!/bin/bash
      { printf '%%s\\0' %s "$@"; } > "%s/$(date +%%s%%N)"
      """;

  private final Path folder;
  private final Path calls;

  /** Prepares the folder. */
  Bash(Path folder) throws IOException {
    this.folder = folder;
    this.calls = Files.createDirectories(folder.resolve("calls"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String program : List.of("mvn", "spark-submit")) {
      script(bin.resolve(program), program);
    }
    script(folder.resolve("qwenvl"), "qwenvl");
  }

  private void script(Path file, String program) throws IOException {
    Files.writeString(file, RECORD.formatted(program, calls));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("Cannot make executable: " + file);
    }
  }

  /**
   * Runs a block.
   *
   * @return program and arguments of each call, as the shell gave them on
   * @throws IOException if a line of it fails
   */
  List<List<String>> run(String commands) throws IOException {
    ProcessBuilder bash = new ProcessBuilder("bash", "-euc", commands);
    Path said = folder.resolve("said.txt");
    bash.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(said.toFile());
    bash.environment().merge("PATH", folder.resolve("bin") + ":", (old, bin) -> bin + old);
    Process process = bash.start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(Files.readString(said) + commands);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return called();
  }

  private List<List<String>> called() throws IOException {
    List<List<String>> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(calls)) {
      for (Path file : files.sorted().toList()) {
        String[] words = Files.readString(file).split("\0", -1);
        all.add(List.copyOf(Arrays.asList(words).subList(0, words.length - 1)));
        Files.delete(file);
      }
    }
    return all;
  }
}
