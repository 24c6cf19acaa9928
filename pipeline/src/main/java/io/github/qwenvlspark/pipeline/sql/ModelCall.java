package io.github.qwenvlspark.pipeline.sql;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A place in a query where the model is asked: arguments are the document's URI and, where there
 * are any, the labels that the prompt takes. It is never evaluated row by row: {@link
 * ExtractModelCalls} takes it out of the plan. Not deterministic in Spark's sense, which keeps the
 * optimizer from asking twice.
 */
public final class ModelCall extends Expression
    implements Unevaluable, UserDefinedExpression, Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final Wanted wanted;
  private final Seq<Expression> arguments;

  /**
   * @param name of the function, for people
   * @param arguments one text, or a text and a map of texts
   */
  ModelCall(String name, Wanted wanted, Seq<Expression> arguments) {
    this.name = name;
    this.wanted = wanted;
    this.arguments = arguments;
  }

  Wanted wanted() {
    return wanted;
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  /** Of Spark 4; that of Spark 3.5 is below, and either has one that is never called. */
  @SuppressWarnings("MissingOverride")
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return with(children);
  }

  @SuppressWarnings("MissingOverride")
  public Expression withNewChildrenInternal(scala.collection.IndexedSeq<Expression> children) {
    return with(children);
  }

  private Expression with(scala.collection.Seq<Expression> children) {
    return new ModelCall(name, wanted, Columns.of(children));
  }

  @Override
  public DataType dataType() {
    return wanted.type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String prettyName() {
    return name;
  }

  @Override
  public Object eval(InternalRow input) {
    throw misplaced();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw misplaced();
  }

  private IllegalStateException misplaced() {
    return new IllegalStateException(
        name
            + " reads whole partitions and cannot be evaluated here; ask in a subquery of its own, and use its column");
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> name;
      case 1 -> wanted;
      case 2 -> arguments;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ModelCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelCall call
        && wanted.equals(call.wanted)
        && arguments.equals(call.arguments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(wanted, arguments);
  }
}
