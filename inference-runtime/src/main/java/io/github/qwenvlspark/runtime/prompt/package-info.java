/**
 * Messages become the chat template's text and its ids, with one pad token for each merged patch.
 * In: {@link io.github.qwenvlspark.runtime.Message}s and the grids of their pictures. Out: a {@link
 * io.github.qwenvlspark.runtime.prompt.Prompt}.
 */
package io.github.qwenvlspark.runtime.prompt;
