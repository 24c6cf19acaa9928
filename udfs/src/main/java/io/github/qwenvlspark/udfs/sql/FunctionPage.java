package io.github.qwenvlspark.udfs.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * What DESCRIBE FUNCTION EXTENDED shows; {@code _FUNC_} stands for the function's name.
 *
 * @param usage the call, a dash and one sentence
 * @param arguments each with what it is
 * @param examples each is run by a test
 */
record FunctionPage(String usage, List<Argument> arguments, List<Example> examples) {
  /** The first version that has these functions. */
  static final String SINCE = "0.1.0";

  FunctionPage {
    arguments = List.copyOf(arguments);
    examples = List.copyOf(examples);
  }

  record Argument(String name, String text) {}

  /**
   * A call and what it gives.
   *
   * @param result as the shell spark-sql shows it
   */
  record Example(String call, String result) {}

  static FunctionPage of(String usage) {
    return new FunctionPage(usage, List.of(), List.of());
  }

  FunctionPage argument(String name, String text) {
    return new FunctionPage(usage, and(arguments, new Argument(name, text)), examples);
  }

  FunctionPage example(String call, String result) {
    return new FunctionPage(usage, arguments, and(examples, new Example(call, result)));
  }

  /** In the layout of Spark's own functions. */
  String argumentsText() {
    StringBuilder text = new StringBuilder("\n    Arguments:\n");
    arguments.forEach(a -> text.append("      * %s - %s\n".formatted(a.name(), a.text())));
    return text.append("  ").toString();
  }

  /** In the layout of Spark's own functions. */
  String examplesText() {
    StringBuilder text = new StringBuilder("\n    Examples:\n");
    for (Example example : examples) {
      text.append("      > SELECT %s;\n".formatted(example.call()))
          .append("       %s\n".formatted(example.result().replace("\n", "\n       ")));
    }
    return text.append("  ").toString();
  }

  private static <T> List<T> and(List<T> list, T one) {
    List<T> longer = new ArrayList<>(list);
    longer.add(one);
    return longer;
  }
}
