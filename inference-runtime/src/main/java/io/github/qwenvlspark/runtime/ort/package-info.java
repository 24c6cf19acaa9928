/**
 * The only room that knows ONNX Runtime. In: {@link io.github.qwenvlspark.runtime.graph.OnnxModel}s
 * and arrays. Out: arrays. It owns sessions, tensors and the KV cache, and closes them.
 */
package io.github.qwenvlspark.runtime.ort;
