/**
 * How far answers are from the truth. In: texts, and truths as JSON values. Out: distances and
 * {@link io.github.qwenvlspark.udfs.measure.Accuracy}, whose sums add up in any order. Pure Java.
 */
package io.github.qwenvlspark.udfs.measure;
