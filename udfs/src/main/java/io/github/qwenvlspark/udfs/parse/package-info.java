/**
 * Answer text becomes typed values. In: what the model wrote, untrusted and perhaps cut. Out: a
 * {@link io.github.qwenvlspark.udfs.parse.ParsedAnswer}, or {@link
 * io.github.qwenvlspark.udfs.parse.UnparsableAnswerException}. Pure Java.
 */
package io.github.qwenvlspark.udfs.parse;
