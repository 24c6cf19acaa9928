/**
 * Typed tables of key information. Answers come in, as rows of {@code results}; typed rows and
 * failures go out into two Delta tables that say what the source says now. Sources tell which
 * documents to look at.
 */
package io.github.qwenvlspark.pipeline.etl;
