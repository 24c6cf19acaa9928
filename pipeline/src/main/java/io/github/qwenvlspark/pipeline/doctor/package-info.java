/**
 * Whether a deployment can work. In: a model folder, settings, perhaps a URI. Out: findings. It
 * looks at this machine alone, without Spark, and owns nothing.
 */
package io.github.qwenvlspark.pipeline.doctor;
