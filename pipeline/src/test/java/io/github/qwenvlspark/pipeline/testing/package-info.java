/**
 * What integration tests stand on: an S3 server inside the test's JVM, and a Spark cluster of real
 * processes. Whoever starts one closes it.
 */
package io.github.qwenvlspark.pipeline.testing;
