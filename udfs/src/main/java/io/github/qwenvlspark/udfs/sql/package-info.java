/**
 * Thin functions between Spark SQL and the pure rooms. NULL in, NULL out; unparsable text gives
 * NULL.
 */
package io.github.qwenvlspark.udfs.sql;
