/** Input rows and their request keys. In: a location. Out: one row for each document and task. */
package io.github.qwenvlspark.pipeline.manifest;
