/**
 * Answers that must be JSON of a given form. In: a JSON Schema and the vocabulary's bytes. Out: for
 * each step of an answer the tokens that may come next. A schema is read into a regular {@link
 * io.github.qwenvlspark.runtime.schema.Language} over bytes, whose derivatives are the states of an
 * automaton that grows while it is used. Owns the cached masks.
 */
package io.github.qwenvlspark.runtime.schema;
