package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.types.DataType;
import scala.Option;

/**
 * One function as Spark's registries want it.
 *
 * @param least arguments that must be given
 * @param types of all arguments, to which given ones are cast
 * @param usage shown by DESCRIBE FUNCTION; {@code _FUNC_} stands for the name
 * @param arguments and {@code examples}, shown by DESCRIBE FUNCTION EXTENDED
 * @param call for the arguments given
 */
record ModelFunction(
    String name,
    int least,
    List<DataType> types,
    String usage,
    String arguments,
    String examples,
    Function<List<Expression>, ModelCall> call) {
  private static final String SINCE = "0.1.0";

  ModelFunction {
    types = List.copyOf(types);
  }

  void addTo(SparkSessionExtensions extensions) {
    extensions.injectFunction(Catalyst.function(new FunctionIdentifier(name), info(), this::call));
  }

  private ExpressionInfo info() {
    return new ExpressionInfo(
        ModelFunction.class.getName(),
        null,
        name,
        usage,
        "\n    Arguments:\n" + arguments.indent(6),
        "\n    Examples:\n" + examples.indent(6),
        "",
        "",
        SINCE,
        "",
        "java_udf");
  }

  private Expression call(List<Expression> given) {
    if (given.size() < least || given.size() > types.size()) {
      throw ModelFunction.<RuntimeException>undeclared(
          QueryCompilationErrors.wrongNumArgsError(
              name, Columns.of(numbers()), given.size(), "", "", ""));
    }
    List<Expression> cast = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      cast.add(new Cast(given.get(i), types.get(i), Option.empty()));
    }
    return call.apply(cast);
  }

  private List<Object> numbers() {
    List<Object> numbers = new ArrayList<>();
    for (int i = least; i <= types.size(); i++) {
      numbers.add(i);
    }
    return numbers;
  }

  /** Spark's analysis error is checked in Java, while Scala's functions declare nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException undeclared(Throwable error) throws E {
    throw (E) error;
  }
}
