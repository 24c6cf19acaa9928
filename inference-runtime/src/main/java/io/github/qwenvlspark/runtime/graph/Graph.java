package io.github.qwenvlspark.runtime.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.qwenvlspark.runtime.checkpoint.TensorLocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An ONNX graph under construction. Nodes carry the checkpoint's names, so errors name the layer.
 */
final class Graph {
  private static final int IR_VERSION = 10;

  /**
   * The newest for which CUDA has all of our operators: its Cos and Sin end before 22, its Identity
   * before 21, and an older kernel is not taken for a newer version. Source:
   * docs/OperatorKernels.md of microsoft/onnxruntime.
   */
  private static final int OPSET = 20;

  private final GraphProto.Builder proto;
  private final FloatType floats;
  private final List<TensorLocation> external = new ArrayList<>();

  Graph(String name, FloatType floats) {
    this.proto = GraphProto.newBuilder().setName(name);
    this.floats = floats;
  }

  /** What the graph computes with. */
  FloatType floats() {
    return floats;
  }

  /** A graph input; a side is a number, or a name where it is known only at run time. */
  Value input(String name, int type, Object... shape) {
    proto.addInput(info(name, type, shape));
    Object last = shape.length == 0 ? "" : shape[shape.length - 1];
    return new Value(this, name, last instanceof Number width ? width.longValue() : Value.UNKNOWN);
  }

  void output(Value value, int type, Object... shape) {
    proto.addOutput(info(value.name(), type, shape));
  }

  /** Adds a node with one output, named like the node. */
  Value node(Op op, String name, List<Value> inputs, long width, AttributeProto... attributes) {
    add(op, name, inputs.stream().map(Value::name).toList(), List.of(name), attributes);
    return new Value(this, name, width);
  }

  /** Adds a node by names; an empty name leaves an optional input or output out. */
  void add(
      Op op, String name, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType(op.type())
            .setDomain(op.domain())
            .setName(name)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  Value constant(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(OnnxType.INT64).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    proto.addInitializer(tensor);
    return new Value(this, name, values.length);
  }

  /** A float32 matrix {@code [rows, columns]}. */
  Value constant(String name, float[][] rows) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxType.FLOAT)
            .addDims(rows.length)
            .addDims(rows[0].length);
    for (float[] row : rows) {
      for (float value : row) {
        tensor.addFloatData(value);
      }
    }
    proto.addInitializer(tensor);
    return new Value(this, name, rows[0].length);
  }

  /** A weight that stays in its file; {@code shape} may regroup the stored one. */
  Value externalInitializer(TensorLocation location, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(location.name())
            .setDataType(onnxType(location))
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location.file().getFileName().toString()))
            .addExternalData(entry("offset", Long.toString(location.offset())))
            .addExternalData(entry("length", Long.toString(location.length())));
    for (long side : shape) {
      tensor.addDims(side);
    }
    proto.addInitializer(tensor);
    external.add(
        new TensorLocation(
            location.name(),
            location.type(),
            LongStream.of(shape).boxed().toList(),
            location.file(),
            location.offset(),
            location.length()));
    return new Value(this, location.name(), shape[shape.length - 1]);
  }

  /**
   * The finished graph. ONNX Runtime reads external data from one folder: the one with most bytes.
   */
  OnnxModel build() {
    Path folder = mostBytes();
    return new OnnxModel(
        proto(),
        folder,
        external.stream().filter(weight -> !weight.file().getParent().equals(folder)).toList());
  }

  /** The finished graph alone, as serialised {@code ModelProto}. */
  byte[] proto() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("qwen-vl-spark")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(Op.Domain.ONNX).setVersion(OPSET))
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain(Op.Domain.MICROSOFT).setVersion(1))
        .setGraph(proto)
        .build()
        .toByteArray();
  }

  private Path mostBytes() {
    Map<Path, Long> bytes =
        external.stream()
            .collect(
                Collectors.groupingBy(
                    weight -> weight.file().getParent(),
                    Collectors.summingLong(TensorLocation::length)));
    return bytes.isEmpty()
        ? Path.of("")
        : Collections.max(bytes.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private static int onnxType(TensorLocation location) {
    return switch (location.type()) {
      case F32 -> OnnxType.FLOAT;
      case BF16 -> OnnxType.BFLOAT16;
      case F16 -> OnnxType.FLOAT16;
      case U8 -> OnnxType.UINT8;
    };
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto info(String name, int type, Object... shape) {
    TensorShapeProto.Builder sides = TensorShapeProto.newBuilder();
    for (Object side : shape) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      sides.addDim(
          side instanceof Number number
              ? dimension.setDimValue(number.longValue())
              : dimension.setDimParam(side.toString()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(sides)))
        .build();
  }
}
