package io.github.qwenvlspark.pipeline.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options of whatever goes through a manifest: its rows, and what is asked of them. */
final class ManifestOptions {
  @Option(
      names = "--manifest",
      required = true,
      description = "A .csv, .jsonl, .parquet or .txt file, a Delta table, a folder or a glob.")
  private String manifest;

  @Option(
      names = "--task",
      split = ",",
      required = true,
      description = "Tasks for rows that name none, such as ocr,key_information.")
  private List<String> tasks;

  @Option(names = "--prompt", description = "What the task \"prompt\" asks.")
  private String prompt;

  @Option(names = "--limit", description = "Read at most so many rows of the manifest.")
  private Integer limit;

  String manifest() {
    return manifest;
  }

  List<String> tasks() {
    return tasks;
  }

  Optional<String> prompt() {
    return Optional.ofNullable(prompt);
  }

  OptionalInt limit() {
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }
}
