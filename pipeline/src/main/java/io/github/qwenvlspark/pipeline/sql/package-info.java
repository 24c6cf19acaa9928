/**
 * The model in SQL: functions that ask it come in by the session extension, leave the plan of a
 * query as one operator that reads whole partitions, and give columns. Knows Spark's Catalyst;
 * everything that is done to a document is done by the rooms that a run uses.
 */
package io.github.qwenvlspark.pipeline.sql;
