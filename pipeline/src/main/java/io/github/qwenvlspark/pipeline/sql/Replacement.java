package io.github.qwenvlspark.pipeline.sql;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import scala.Function1;
import scala.runtime.AbstractPartialFunction;

/** What becomes of some nodes of a tree, in the form in which Catalyst walks it. */
final class Replacement<T> extends AbstractPartialFunction<T, T> {
  private final Predicate<T> replaced;
  private final UnaryOperator<T> replacement;

  Replacement(Predicate<T> replaced, UnaryOperator<T> replacement) {
    this.replaced = replaced;
    this.replacement = replacement;
  }

  @Override
  public boolean isDefinedAt(T node) {
    return replaced.test(node);
  }

  @Override
  @SuppressWarnings("unchecked") // B is T or more
  public <A extends T, B> B applyOrElse(A node, Function1<A, B> otherwise) {
    return replaced.test(node) ? (B) replacement.apply(node) : otherwise.apply(node);
  }
}
