/** Which GPU an executor takes, on machines without one: only their numbers are made up. */
package io.github.qwenvlspark.pipeline.gpu;
