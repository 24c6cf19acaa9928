package io.github.qwenvlspark.runtime.verify;

/** Takes one measure of a checkpoint. What it throws makes the measure red. */
interface Check {
  /** Name of the measure. */
  String name();

  Measure take(Subject subject);
}
