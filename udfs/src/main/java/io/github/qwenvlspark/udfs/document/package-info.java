/**
 * A page of clean HTML becomes Markdown and plain text, in reading order. In: an HTML body without
 * anything unsafe. Out: text. Pure Java.
 */
package io.github.qwenvlspark.udfs.document;
