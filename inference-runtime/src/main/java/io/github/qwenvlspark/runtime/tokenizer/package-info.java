/**
 * Text to token ids and back, by the checkpoint's own {@code tokenizer.json}. In: text. Out: ids.
 * Owns the native tokenizer.
 */
package io.github.qwenvlspark.runtime.tokenizer;
