/**
 * Builds the ONNX graphs of vision tower and decoder. In: a {@link
 * io.github.qwenvlspark.runtime.checkpoint.Checkpoint}. Out: an {@link
 * io.github.qwenvlspark.runtime.graph.OnnxModel}, whose weights stay in the safetensors files. Each
 * method follows one class of the reference, in its order.
 */
package io.github.qwenvlspark.runtime.graph;
