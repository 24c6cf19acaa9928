/**
 * Conversations as JSON, in the forms of Hugging Face and OpenAI, become messages. In: untrusted
 * text and a {@link io.github.qwenvlspark.runtime.chat.MediaSource} for what it refers to. Out:
 * {@link io.github.qwenvlspark.runtime.Message}s, or a typed failure that names message, part and
 * key and never quotes a value. Limits are checked before anything is decoded.
 */
package io.github.qwenvlspark.runtime.chat;
