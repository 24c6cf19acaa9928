package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a schema, collected until all of it has been read. */
final class SchemaProblems {
  /** More would help nobody. */
  private static final int MOST_SHOWN = 20;

  private final List<String> problems = new ArrayList<>();

  /** Notes that {@code keyword} of the schema at {@code place} cannot be held. */
  void add(SchemaPlace place, String keyword, String what) {
    problems.add("%s: %s: %s".formatted(place.pointer(), keyword, what));
  }

  /** Ends the reading if there was a problem. */
  void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    StringBuilder message =
        new StringBuilder(
            problems.size() == 1
                ? "1 problem in response_schema:"
                : "%d problems in response_schema:".formatted(problems.size()));
    problems.stream().limit(MOST_SHOWN).forEach(problem -> message.append("\n  ").append(problem));
    if (problems.size() > MOST_SHOWN) {
      message.append("\n  and %d more".formatted(problems.size() - MOST_SHOWN));
    }
    throw new QwenVlException(ErrorType.INVALID_REQUEST, message.toString());
  }
}
