/**
 * The whole public API: open a checkpoint directory with {@link
 * io.github.qwenvlspark.runtime.QwenVl#open}, submit {@link
 * io.github.qwenvlspark.runtime.Request}s, get {@link io.github.qwenvlspark.runtime.Completion}s.
 * Everything below this package serves it.
 */
package io.github.qwenvlspark.runtime;
