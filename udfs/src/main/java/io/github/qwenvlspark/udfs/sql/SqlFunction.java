package io.github.qwenvlspark.udfs.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.classic.UserDefinedFunctionUtils;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.expressions.SparkUserDefinedFunction;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One function as Spark's registries want it. Arguments are cast to the types that the Java code
 * expects, so that a wrong one is refused when the query is analysed and not in the middle of a
 * job.
 *
 * @param usage shown by DESCRIBE FUNCTION; {@code _FUNC_} stands for the name
 */
record SqlFunction(
    String name, List<DataType> arguments, String usage, UserDefinedFunction function) {
  SqlFunction {
    arguments = List.copyOf(arguments);
  }

  FunctionIdentifier identifier() {
    return new FunctionIdentifier(name);
  }

  ExpressionInfo info() {
    return new ExpressionInfo(
        SqlFunctions.class.getName(), null, name, usage, "", "", "", "", "", "", "java_udf");
  }

  Function1<Seq<Expression>, Expression> builder() {
    return this::call;
  }

  private Expression call(Seq<Expression> given) {
    if (given.size() != arguments.size()) {
      throw SqlFunction.<RuntimeException>undeclared(
          QueryCompilationErrors.wrongNumArgsError(
              name, numbers(arguments.size()), given.size(), "", "", ""));
    }
    List<Expression> cast = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      cast.add(new Cast(given.apply(i), arguments.get(i), Option.empty()));
    }
    return UserDefinedFunctionUtils.toScalaUDF(
        ((SparkUserDefinedFunction) function).withName(name),
        CollectionConverters.asScala(cast).toSeq());
  }

  private static Seq<Object> numbers(int number) {
    return CollectionConverters.asScala(List.<Object>of(number)).toSeq();
  }

  /** Spark's analysis error is checked in Java, while Scala's functions declare nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException undeclared(Throwable error) throws E {
    throw (E) error;
  }
}
