package io.github.qwenvlspark.pipeline.sql;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Rows, and the answers to one or more questions about each of them as further columns. */
public final class AskModel extends LogicalPlan {
  private final Seq<Expression> calls;
  private final Seq<Attribute> answers;
  private final LogicalPlan child;

  /**
   * @param calls of {@link ModelCall}
   * @param answers a column for each call
   */
  public AskModel(Seq<Expression> calls, Seq<Attribute> answers, LogicalPlan child) {
    this.calls = calls;
    this.answers = answers;
    this.child = child;
  }

  Seq<Expression> calls() {
    return calls;
  }

  Seq<Attribute> answers() {
    return answers;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return Columns.after(child.output(), answers);
  }

  @Override
  public AttributeSet producedAttributes() {
    return Columns.set(answers);
  }

  @Override
  public Seq<LogicalPlan> children() {
    return Columns.of(List.of(child));
  }

  /** Of Spark 4; that of Spark 3.5 is below, and either has one that is never called. */
  @SuppressWarnings("MissingOverride")
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return with(children);
  }

  @SuppressWarnings("MissingOverride")
  public LogicalPlan withNewChildrenInternal(scala.collection.IndexedSeq<LogicalPlan> children) {
    return with(children);
  }

  private LogicalPlan with(scala.collection.Seq<LogicalPlan> children) {
    return new AskModel(calls, answers, children.apply(0));
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> calls;
      case 1 -> answers;
      case 2 -> child;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof AskModel;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AskModel plan
        && calls.equals(plan.calls)
        && answers.equals(plan.answers)
        && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, answers, child);
  }
}
