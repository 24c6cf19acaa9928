/**
 * The partition function and the executor's one engine. In: planned rows. Out: one outcome row
 * each.
 */
package io.github.qwenvlspark.pipeline.infer;
