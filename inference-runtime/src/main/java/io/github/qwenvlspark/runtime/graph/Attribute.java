package io.github.qwenvlspark.runtime.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;

/** A constant setting of a node. */
final class Attribute {
  private Attribute() {}

  static AttributeProto of(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto of(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}
