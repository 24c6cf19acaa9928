/** Seeded mutations of good inputs against every parser of ours. */
package io.github.qwenvlspark.pipeline.fuzz;
