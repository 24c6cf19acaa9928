/** Answers become a self-contained HTML page. Everything shown is escaped. */
package io.github.qwenvlspark.pipeline.report;
