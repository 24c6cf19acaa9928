package io.github.qwenvlspark.udfs.sql;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.expressions.SparkUserDefinedFunction;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import scala.Function1;
import scala.Tuple3;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Where the insides of Spark's lines differ: this is the class of Spark 3.5 with Scala 2.12, and
 * the other has the same methods. Collections that come out are views, but for {@link #seq} and
 * {@link #copy}.
 */
public final class Catalyst {
  private Catalyst() {}

  /** A sequence of Scala's as a list. */
  public static <T> List<T> list(scala.collection.Seq<T> sequence) {
    return JavaConverters.seqAsJavaList(sequence);
  }

  /** A copy as a sequence of Scala's, of the kind that plans want. */
  public static <T> scala.collection.immutable.Seq<T> seq(List<? extends T> list) {
    return JavaConverters.<T>asScalaBuffer(List.<T>copyOf(list)).toList();
  }

  /** A map of Scala's as one of Java's. */
  public static <K, V> Map<K, V> map(scala.collection.Map<K, V> map) {
    return JavaConverters.mapAsJavaMap(map);
  }

  /** A map as Scala's, which rows want. */
  public static <K, V> scala.collection.Map<K, V> scalaMap(Map<K, V> map) {
    return JavaConverters.mapAsScalaMap(map);
  }

  /** A copy as an immutable map of Scala's. */
  public static <K, V> scala.collection.immutable.Map<K, V> copy(Map<K, V> map) {
    return JavaConverters.mapAsScalaMap(map).toMap(scala.Predef$.MODULE$.$conforms());
  }

  /**
   * A function as {@link org.apache.spark.sql.SparkSessionExtensions} takes it.
   *
   * @param builder what a call becomes, by its arguments: an expression, or a plan for a table
   *     function
   */
  public static <R>
      Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, R>> function(
          FunctionIdentifier name, ExpressionInfo info, Function<List<Expression>, R> builder) {
    return new Tuple3<>(name, info, given -> builder.apply(list(given)));
  }

  /** The call of a function of the user's. */
  static Expression call(UserDefinedFunction function, String name, List<Expression> arguments) {
    SparkUserDefinedFunction named = ((SparkUserDefinedFunction) function).withName(name);
    return named.createScalaUDF(seq(arguments));
  }
}
