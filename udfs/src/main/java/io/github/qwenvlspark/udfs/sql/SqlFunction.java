package io.github.qwenvlspark.udfs.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import scala.Option;

/**
 * One function as Spark's registries want it. Arguments are cast to the types that the Java code
 * expects, so that a wrong one is refused when the query is analysed and not in the middle of a
 * job.
 *
 * @param forms by number of arguments
 */
record SqlFunction(String name, FunctionPage page, Map<Integer, Form> forms) {
  SqlFunction {
    forms = new TreeMap<>(forms);
  }

  /** What is called with arguments of these types. */
  record Form(List<DataType> arguments, UserDefinedFunction function) {
    Form {
      arguments = List.copyOf(arguments);
    }
  }

  /** A function of one form or several, each with another number of arguments. */
  static SqlFunction of(String name, FunctionPage page, Form... forms) {
    Map<Integer, Form> byNumber = new TreeMap<>();
    for (Form form : forms) {
      byNumber.put(form.arguments().size(), form);
    }
    return new SqlFunction(name, page, byNumber);
  }

  void addTo(SparkSessionExtensions extensions) {
    extensions.injectFunction(Catalyst.function(new FunctionIdentifier(name), info(), this::call));
  }

  void addTo(FunctionRegistry registry) {
    var function = Catalyst.function(new FunctionIdentifier(name), info(), this::call);
    registry.registerFunction(function._1(), function._2(), function._3());
  }

  private ExpressionInfo info() {
    return new ExpressionInfo(
        SqlFunctions.class.getName(),
        null,
        name,
        page.usage(),
        page.argumentsText(),
        page.examplesText(),
        "",
        "",
        FunctionPage.SINCE,
        "",
        "java_udf");
  }

  private Expression call(List<Expression> given) {
    Form form = forms.get(given.size());
    if (form == null) {
      throw SqlFunction.<RuntimeException>undeclared(
          QueryCompilationErrors.wrongNumArgsError(
              name, Catalyst.<Object>seq(List.copyOf(forms.keySet())), given.size(), "", "", ""));
    }
    List<Expression> cast = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      cast.add(new Cast(given.get(i), form.arguments().get(i), Option.empty()));
    }
    return Catalyst.call(form.function(), name, cast);
  }

  /** Spark's analysis error is checked in Java, while Scala's functions declare nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException undeclared(Throwable error) throws E {
    throw (E) error;
  }
}
