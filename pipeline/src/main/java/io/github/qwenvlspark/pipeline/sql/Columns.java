package io.github.qwenvlspark.pipeline.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Columns of plans, in the collections that Catalyst wants. */
final class Columns {
  private Columns() {}

  static <T> Seq<T> of(List<T> columns) {
    return CollectionConverters.asScala(columns).toSeq();
  }

  /** Those of {@code child}, and {@code answers} behind them. */
  static Seq<Attribute> after(Seq<Attribute> child, Seq<Attribute> answers) {
    List<Attribute> all = new ArrayList<>(CollectionConverters.asJava(child));
    all.addAll(CollectionConverters.asJava(answers));
    return of(all);
  }

  static Seq<Expression> expressions(Seq<Attribute> columns) {
    return of(new ArrayList<>(CollectionConverters.asJava(columns)));
  }

  static AttributeSet set(Seq<Attribute> columns) {
    return AttributeSet.apply(expressions(columns));
  }
}
