package io.github.qwenvlspark.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Without a GPU: every node of the graphs for CUDA has a kernel there. Kernels and their types are
 * those of docs/OperatorKernels.md in microsoft/onnxruntime, of operators as they stand in opset
 * 20.
 */
class CudaKernelsTest {
  private static final int OPSET = 20;
  private static final Set<Integer> WIDE = Set.of(OnnxType.FLOAT, OnnxType.FLOAT16);
  private static final Set<Integer> ALL =
      Set.of(OnnxType.FLOAT, OnnxType.FLOAT16, OnnxType.BFLOAT16);

  /** What a kernel takes, of those types that appear here. */
  private record Kernel(String domain, Set<Integer> floats) {
    static Kernel onnx(Set<Integer> floats) {
      return new Kernel("", floats);
    }

    static Kernel microsoft(Set<Integer> floats) {
      return new Kernel("com.microsoft", floats);
    }
  }

  private static final Map<String, Kernel> KERNELS = new HashMap<>();

  static {
    for (String anyType : List.of("Gather", "GatherElements", "Identity", "Reshape", "ScatterND")) {
      KERNELS.put(anyType, Kernel.onnx(ALL));
    }
    for (String name : List.of("Add", "Cast", "Gelu", "Gemm", "LayerNormalization", "LogSoftmax")) {
      KERNELS.put(name, Kernel.onnx(ALL));
    }
    for (String name : List.of("MatMul", "Mul", "SimplifiedLayerNormalization", "Split", "Sub")) {
      KERNELS.put(name, Kernel.onnx(ALL));
    }
    for (String name : List.of("Cos", "Sin", "TopK")) {
      KERNELS.put(name, Kernel.onnx(WIDE));
    }
    for (String name : List.of("MultiHeadAttention", "QuickGelu", "RotaryEmbedding")) {
      KERNELS.put(name, Kernel.microsoft(ALL));
    }
    for (String name : List.of("SkipLayerNormalization", "SkipSimplifiedLayerNormalization")) {
      KERNELS.put(name, Kernel.microsoft(ALL));
    }
    KERNELS.put(
        "GroupQueryAttention", Kernel.microsoft(Set.of(OnnxType.FLOAT16, OnnxType.BFLOAT16)));
  }

  /** Inputs that a kernel reads on the host, by their place. */
  private static final Map<String, Integer> ON_HOST =
      Map.of("Reshape", 1, "TopK", 1, "GroupQueryAttention", 6);

  static Stream<Arguments> graphs() {
    return Stream.of("tiny-model-f32", "tiny-model-bf16", "tiny-qwen2-vl")
        .flatMap(
            name -> {
              Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name));
              return Stream.of(FloatType.BFLOAT16, FloatType.FLOAT16)
                  .flatMap(
                      type ->
                          Stream.of(
                              Arguments.of(
                                  name, type, "decoder", DecoderGraph.build(checkpoint, type)),
                              Arguments.of(
                                  name, type, "tower", VisionGraph.build(checkpoint, type)),
                              Arguments.of(
                                  name,
                                  type,
                                  "row copy",
                                  RowCopyGraph.build(checkpoint.config().text(), type))));
            });
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("graphs")
  void everyNodeHasAKernelOnCuda(String checkpoint, FloatType type, String what, OnnxModel model)
      throws InvalidProtocolBufferException {
    ModelProto proto = ModelProto.parseFrom(model.proto());
    assertThat(proto.getOpsetImport(0).getVersion()).isEqualTo(OPSET);
    GraphProto graph = proto.getGraph();
    Map<String, Integer> types = new HashMap<>();
    Set<String> given = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      types.put(input.getName(), input.getType().getTensorType().getElemType());
      given.add(input.getName());
    }
    for (TensorProto weight : graph.getInitializerList()) {
      types.put(weight.getName(), weight.getDataType());
      given.add(weight.getName());
    }
    for (NodeProto node : graph.getNodeList()) {
      requireKernel(node, types);
      Integer onHost = ON_HOST.get(node.getOpType());
      if (onHost != null) {
        assertThat(given)
            .as("%s reads it on the host, so no node may compute it", node.getName())
            .contains(node.getInput(onHost));
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      assertThat(types)
          .as("output %s", output.getName())
          .containsEntry(output.getName(), output.getType().getTensorType().getElemType());
    }
  }

  private static void requireKernel(NodeProto node, Map<String, Integer> types) {
    Kernel kernel = KERNELS.get(node.getOpType());
    assertThat(kernel).as("%s has a kernel", node.getOpType()).isNotNull();
    assertThat(node.getDomain()).as(node.getName()).isEqualTo(kernel.domain());
    Set<Integer> floats = new HashSet<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty()) {
        assertThat(types).as("input of %s", node.getName()).containsKey(input);
        if (ALL.contains(types.get(input))) {
          floats.add(types.get(input));
        }
      }
    }
    assertThat(kernel.floats()).as("types of %s", node.getName()).containsAll(floats);
    assertThat(floats).as("all of one type in %s", node.getName()).hasSizeLessThanOrEqualTo(1);
    List<String> outputs = node.getOutputList();
    for (int i = 0; i < outputs.size(); i++) {
      types.put(outputs.get(i), outputType(node, i, types));
    }
  }

  private static int outputType(NodeProto node, int output, Map<String, Integer> types) {
    if (node.getOpType().equals("Cast")) {
      return (int)
          node.getAttributeList().stream()
              .filter(attribute -> attribute.getName().equals("to"))
              .mapToLong(AttributeProto::getI)
              .findFirst()
              .orElseThrow();
    }
    return node.getOpType().equals("TopK") && output == 1
        ? OnnxType.INT64
        : types.get(node.getInput(0));
  }

  /** Weights of a checkpoint in bfloat16 reach the GPU as they are stored. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("graphs")
  void weightsAreCastOnlyWhereTheyAreStoredInAnotherType(
      String checkpoint, FloatType type, String what, OnnxModel model)
      throws InvalidProtocolBufferException {
    GraphProto graph = ModelProto.parseFrom(model.proto()).getGraph();
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().stream()
        .filter(weight -> weight.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
        .forEach(weight -> weights.add(weight.getName()));
    long cast =
        graph.getNodeList().stream()
            .filter(node -> node.getOpType().equals("Cast") && weights.contains(node.getInput(0)))
            .count();
    boolean stored = !checkpoint.equals("tiny-model-f32") && type == FloatType.BFLOAT16;
    if (stored || weights.isEmpty()) {
      assertThat(cast).isZero();
    } else {
      assertThat(cast).isPositive();
    }
  }
}
