/**
 * A Hugging Face model directory becomes typed, verified records. In: a folder. Out: a {@link
 * io.github.qwenvlspark.runtime.checkpoint.Checkpoint}. Reads headers and small files only; weights
 * stay where they are.
 */
package io.github.qwenvlspark.runtime.checkpoint;
