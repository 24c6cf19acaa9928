/**
 * The commands as flows: run, demo, sql, report. Each reads like the arrow manifest, plan, infer,
 * write.
 */
package io.github.qwenvlspark.pipeline.job;
