/**
 * How much memory an engine takes, and how much there is. In: a configuration and {@link
 * io.github.qwenvlspark.runtime.EngineOptions}. Out: bytes by item, a precision that fits, or a
 * refusal with numbers. Owns nothing.
 */
package io.github.qwenvlspark.runtime.memory;
