/** Delta tables: schemas, appends, the run's own row. */
package io.github.qwenvlspark.pipeline.write;
