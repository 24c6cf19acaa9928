/**
 * What analysts call on answers; knows Spark SQL in its {@code sql} room alone, and never the
 * engine.
 */
package io.github.qwenvlspark.udfs;
