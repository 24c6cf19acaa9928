/** Object store to bytes, with limits, retries and typed failures. Owns the open streams. */
package io.github.qwenvlspark.pipeline.fetch;
