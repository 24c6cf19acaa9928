/**
 * The pages in {@code docs/} and beside them: their links, and their commands as they stand there.
 */
package io.github.qwenvlspark.pipeline.docs;
