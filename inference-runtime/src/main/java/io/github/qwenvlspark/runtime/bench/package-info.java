/**
 * Measures how fast a checkpoint answers on this machine, and how near that comes to what the
 * machine can do. In: a checkpoint and a plan. Out: a {@link
 * io.github.qwenvlspark.runtime.bench.BenchReport}. Owned by one thread; nothing else should run
 * meanwhile.
 */
package io.github.qwenvlspark.runtime.bench;
