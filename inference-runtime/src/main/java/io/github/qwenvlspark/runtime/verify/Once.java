package io.github.qwenvlspark.runtime.verify;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A value that is made when it is first asked for; a failure to make it is kept and repeated. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private Optional<T> value = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();

  Once(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public T get() {
    if (value.isEmpty() && failure.isEmpty()) {
      try {
        value = Optional.of(maker.get());
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return value.orElseThrow();
  }

  /** Does something with the value if it was made. */
  void ifMade(Consumer<T> consumer) {
    value.ifPresent(consumer);
  }
}
