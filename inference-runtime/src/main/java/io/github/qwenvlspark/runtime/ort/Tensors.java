package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.qwenvlspark.runtime.graph.FloatType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/** The input tensors of one run, by name; closing it closes them all. Confined to one thread. */
final class Tensors implements AutoCloseable {
  private final OrtEnvironment environment;
  private final Map<String, OnnxTensor> owned = new HashMap<>();
  private final Map<String, OnnxTensor> all = new HashMap<>();

  static OnnxJavaType javaType(FloatType floats) {
    return switch (floats) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
    };
  }

  Tensors(OrtEnvironment environment) {
    this.environment = environment;
  }

  Tensors put(String name, float[] values, long... shape) throws OrtException {
    return own(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
  }

  Tensors put(String name, long[] values, long... shape) throws OrtException {
    return own(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
  }

  Tensors put(String name, int[] values, long... shape) throws OrtException {
    return own(name, OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
  }

  /** Adds tensors that someone else owns and closes. */
  Tensors borrow(Map<String, OnnxTensor> tensors) {
    all.putAll(tensors);
    return this;
  }

  private Tensors own(String name, OnnxTensor tensor) {
    owned.put(name, tensor);
    all.put(name, tensor);
    return this;
  }

  Map<String, OnnxTensor> byName() {
    return all;
  }

  @Override
  public void close() {
    owned.values().forEach(OnnxTensor::close);
    owned.clear();
    all.clear();
  }
}
