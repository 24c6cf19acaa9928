/**
 * Inspects documents, splits them into parts, skips what is answered, spreads the rest over
 * partitions.
 */
package io.github.qwenvlspark.pipeline.plan;
