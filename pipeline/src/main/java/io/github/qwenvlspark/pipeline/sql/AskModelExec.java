package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.infer.RunCounters;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** {@link AskModel} at work: settings and model are checked here, before any executor works. */
public final class AskModelExec extends SparkPlan {
  private static final long serialVersionUID = 1L;

  private final Seq<Expression> calls;
  private final Seq<Attribute> answers;
  private final SparkPlan child;
  private final transient ModelAccess models;
  private final transient Metrics metrics;

  public AskModelExec(
      Seq<Expression> calls, Seq<Attribute> answers, SparkPlan child, ModelAccess models) {
    this.calls = calls;
    this.answers = answers;
    this.child = child;
    this.models = models;
    this.metrics = Metrics.of(this);
  }

  /** What the operator counts. */
  private record Metrics(AskMetrics asked, RunCounters counters) {
    static Metrics of(SparkPlan plan) {
      return new Metrics(AskMetrics.of(plan.sparkContext()), RunCounters.of(plan.sparkContext()));
    }
  }

  /** How busy the engines were, and what came of the requests. */
  public RunCounters counters() {
    return metrics.counters();
  }

  @Override
  public scala.collection.immutable.Map<String, SQLMetric> metrics() {
    return Catalyst.copy(metrics.asked().shown());
  }

  @Override
  public RDD<InternalRow> doExecute() {
    Asking asking = Asking.of(session(), models, calls);
    AskPartition function =
        new AskPartition(
            asking,
            calls,
            Columns.of(child.output()),
            output(),
            metrics.counters(),
            metrics.asked());
    return child.execute().toJavaRDD().mapPartitions(function).rdd();
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
  public Seq<SparkPlan> children() {
    return Columns.of(List.of(child));
  }

  /** Of Spark 4; that of Spark 3.5 is below, and either has one that is never called. */
  @SuppressWarnings("MissingOverride")
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return with(children);
  }

  @SuppressWarnings("MissingOverride")
  public SparkPlan withNewChildrenInternal(scala.collection.IndexedSeq<SparkPlan> children) {
    return with(children);
  }

  private SparkPlan with(scala.collection.Seq<SparkPlan> children) {
    return new AskModelExec(calls, answers, children.apply(0), models);
  }

  @Override
  public Seq<Object> otherCopyArgs() {
    return Columns.of(List.<Object>of(models));
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
    return other instanceof AskModelExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AskModelExec plan
        && calls.equals(plan.calls)
        && answers.equals(plan.answers)
        && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, answers, child);
  }
}
