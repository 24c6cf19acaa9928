package io.github.qwenvlspark.runtime.bench;

/**
 * What a computation cannot do without.
 *
 * @param flops floating point operations of its matrix products, two for each multiplication
 * @param bytes of memory that it must read
 */
public record Work(double flops, double bytes) {
  /** For what is not compared with the machine. */
  public static final Work UNCOUNTED = new Work(0, 0);
}
