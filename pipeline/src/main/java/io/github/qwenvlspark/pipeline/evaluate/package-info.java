/**
 * Answers beside the truth: a table of truths comes in, a row of measures for each of them goes
 * out, and figures of groups of these.
 */
package io.github.qwenvlspark.pipeline.evaluate;
