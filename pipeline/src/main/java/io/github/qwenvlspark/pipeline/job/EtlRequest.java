package io.github.qwenvlspark.pipeline.job;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.Comparison.Extent;
import io.github.qwenvlspark.pipeline.etl.Conventions;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an extraction is asked to do.
 *
 * @param run whose manifest is the source, with one task and the fields that it asks for
 * @param table name of the table in the output folder
 * @param maxFiles most documents that are read before the tables take their answers
 * @param emptied whether a source that holds nothing any more is believed
 */
public record EtlRequest(
    RunRequest run,
    String table,
    TableFields fields,
    Conventions conventions,
    int maxFiles,
    Extent extent,
    Emptied emptied) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final Set<String> TAKEN = Set.of("results", "runs");

  /**
   * @throws BadRequestException if the table cannot have this name, or there are several tasks
   */
  public EtlRequest {
    if (!NAME.matcher(table).matches() || TAKEN.contains(table)) {
      throw new BadRequestException(
          "--table %s: letters, digits and _ are needed, and another name than results and runs"
              .formatted(table));
    }
    if (run.tasks().size() != 1) {
      throw new BadRequestException("--task: one task fills a table");
    }
    if (maxFiles < 1) {
      throw new BadRequestException("--max-files %d: at least 1 is needed".formatted(maxFiles));
    }
  }

  /** What to make of a source without documents, while the table has rows that are alive. */
  public enum Emptied {
    /** A folder that is not mounted looks like this. */
    REFUSED,
    BELIEVED
  }

  String location() {
    return run.output().root() + "/" + table;
  }

  String failures() {
    return location() + "_failures";
  }

  /** Checkpoints and what is pending. */
  String bookkeeping() {
    return run.output().root() + "/_etl/" + table;
  }

  String task() {
    return run.tasks().get(0);
  }
}
