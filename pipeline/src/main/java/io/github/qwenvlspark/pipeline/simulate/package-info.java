/**
 * A run on paper: documents that exist by their numbers, the planner's own arithmetic, and
 * executors that take time instead of reading. No Spark, no files; the same seed gives the same
 * run.
 */
package io.github.qwenvlspark.pipeline.simulate;
