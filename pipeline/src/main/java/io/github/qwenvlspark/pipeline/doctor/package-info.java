/**
 * Whether a deployment can work. In: a model folder, settings, a Spark configuration, perhaps
 * stores. Out: findings, one {@link io.github.qwenvlspark.pipeline.doctor.Check} for each thing. It
 * looks from this machine alone, without Spark but for one small table, and owns nothing.
 */
package io.github.qwenvlspark.pipeline.doctor;
