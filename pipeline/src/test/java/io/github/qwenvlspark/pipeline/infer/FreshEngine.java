package io.github.qwenvlspark.pipeline.infer;

/** Lets a test have another engine than the tests before it. */
public final class FreshEngine {
  private FreshEngine() {}

  /** Closes the engine of this JVM; the next run opens its own. */
  public static void forget() {
    ExecutorEngine.reset();
  }
}
