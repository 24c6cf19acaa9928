/**
 * Answers requests: admits them, runs prefill and decode steps over the rows of the KV cache,
 * stops. In: {@link io.github.qwenvlspark.runtime.engine.PreparedRequest}s from any thread. Out:
 * token ids. One worker thread owns the model; heart of it: {@code GenerationLoop}.
 */
package io.github.qwenvlspark.runtime.engine;
