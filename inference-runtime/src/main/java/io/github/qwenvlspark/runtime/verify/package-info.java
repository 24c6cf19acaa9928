/**
 * Proves on the user's own machine that answers are the reference's. In: a checkpoint folder, and
 * perhaps a golden file made with the user's own Python stack. Out: a {@link
 * io.github.qwenvlspark.runtime.verify.Certificate} with one {@link
 * io.github.qwenvlspark.runtime.verify.Measure} for each thing that was checked. A measure that
 * fails, or throws, is red and names its reason; the others are taken all the same.
 */
package io.github.qwenvlspark.runtime.verify;
