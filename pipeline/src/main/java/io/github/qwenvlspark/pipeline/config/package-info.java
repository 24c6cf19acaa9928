/**
 * spark.qwenvl.* settings and task files, read and checked on the driver. In: text. Out: typed
 * records; all problems at once.
 */
package io.github.qwenvlspark.pipeline.config;
