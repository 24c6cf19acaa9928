/**
 * What Spark's metrics system shows of the engines: each executor samples its own and reports to
 * the driver, whose endpoint then shows them all. Knows nothing of jobs.
 */
package io.github.qwenvlspark.pipeline.metrics;
