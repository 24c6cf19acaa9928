/** Commands, options and exit codes; no logic. */
package io.github.qwenvlspark.pipeline.cli;
