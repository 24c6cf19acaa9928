/** Runs over manifests of many rows, whose documents exist by their names alone. */
package io.github.qwenvlspark.pipeline.scale;
