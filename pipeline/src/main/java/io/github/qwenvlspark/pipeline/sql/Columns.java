package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.Seq;

/** Columns of plans, in the collections that Catalyst wants. */
final class Columns {
  private Columns() {}

  static <T> scala.collection.immutable.Seq<T> of(List<? extends T> columns) {
    return Catalyst.seq(columns);
  }

  /** Those of a plan, of a kind that other plans take. */
  static <T> scala.collection.immutable.Seq<T> of(Seq<? extends T> columns) {
    return of(Catalyst.list(columns));
  }

  /** Those of {@code child}, and {@code answers} behind them. */
  static scala.collection.immutable.Seq<Attribute> after(
      Seq<Attribute> child, Seq<Attribute> answers) {
    List<Attribute> all = new ArrayList<>(Catalyst.list(child));
    all.addAll(Catalyst.list(answers));
    return of(all);
  }

  static scala.collection.immutable.Seq<Expression> expressions(Seq<Attribute> columns) {
    return of(Catalyst.list(columns));
  }

  static AttributeSet set(Seq<Attribute> columns) {
    return AttributeSet.apply(expressions(columns));
  }
}
