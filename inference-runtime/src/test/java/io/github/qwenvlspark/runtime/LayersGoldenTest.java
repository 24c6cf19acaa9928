package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.TextConfig;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.graph.CacheNames;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.OnnxModel;
import io.github.qwenvlspark.runtime.graph.VisionGraph;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenJson;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every stage between pixels and logits equals the reference, not only the last one. */
class LayersGoldenTest {
  private static final EngineOptions OPTIONS = new EngineOptions(2, 1, 256, 64);

  @ParameterizedTest
  @ValueSource(strings = {"tiny-model-f32", "tiny-model-bf16"})
  void everyLayerEqualsTheReference(String name) throws OrtException {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name));
    GoldenTensors golden = new GoldenTensors(name + "/golden/layers.safetensors");
    try (Model environment = new Model(checkpoint, OPTIONS)) {
      PreparedRequest request = request(checkpoint, name);

      Map<String, float[]> vision = vision(checkpoint, request);
      assertClose("vision.patch_embed", vision, golden);
      for (int block = 0; block < checkpoint.config().vision().depth(); block++) {
        assertClose("vision.block_" + block, vision, golden);
      }
      assertClose("vision.merger_window_order", vision, golden);

      Map<String, float[]> text =
          text(checkpoint.config().text(), checkpoint, request, environment.encode(request));
      text.keySet().forEach(stage -> assertClose(stage, text, golden));
      assertThat(text).hasSize(3 + 3 * checkpoint.config().text().layers());
    }
  }

  private static PreparedRequest request(Checkpoint checkpoint, String name) {
    String wanted = GoldenJson.read(name + "/golden/golden.json").path("layers_case").asText();
    JsonNode input =
        GoldenJson.cases("tiny-model-inputs/cases.json", "cases")
            .filter(testCase -> testCase.path("name").asText().equals(wanted))
            .findFirst()
            .orElseThrow();
    try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile())) {
      return new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE)
          .prepare(TinyPrompts.request(input, 1, 1))
          .request();
    }
  }

  /** The stages of the tower, under the names of the golden file. */
  private static Map<String, float[]> vision(Checkpoint checkpoint, PreparedRequest request)
      throws OrtException {
    int depth = checkpoint.config().vision().depth();
    Map<String, String> stages = new LinkedHashMap<>();
    stages.put("vision.patch_embed", "visual.patch_embed");
    for (int block = 0; block < depth; block++) {
      String next =
          block + 1 < depth ? "visual.blocks." + (block + 1) + ".norm1" : "visual.merger.ln_q";
      stages.put("vision.block_" + block, next + ".sum");
    }
    stages.put("vision.merger_window_order", "visual.merger.mlp.2");
    VisionInput input = request.visuals().get(0);
    int patches = input.patches();
    VisionInput.Windows rows = input.windows().orElseThrow();
    int windows = rows.lengths().length;
    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("pixels", tensor(ort, input.pixels(), patches, input.pixels().length / patches));
    inputs.put("pos", tensor(ort, input.rowColumn(), 1, patches, 2));
    inputs.put("win_gather", tensor(ort, rows.gather(), windows, rows.gather().length / windows));
    inputs.put("win_back", tensor(ort, rows.back(), patches));
    inputs.put("win_len", tensor(ort, rows.lengths(), windows));
    inputs.put("reverse", tensor(ort, rows.reverse(), patches / 4));
    inputs.put(
        "frame_shape", tensor(ort, new long[] {input.frames(), patches / input.frames(), -1}, 3));
    Map<String, float[]> found = run(VisionGraph.build(checkpoint), stages, inputs);
    found.computeIfPresent(
        "vision.patch_embed", (stage, values) -> pictureOrder(values, rows.reverse()));
    return found;
  }

  /** The golden patch embedding stands before the window permutation. */
  private static float[] pictureOrder(float[] rows, long[] reverse) {
    int hidden = rows.length / reverse.length / 4;
    float[] ordered = new float[rows.length];
    for (int group = 0; group < reverse.length; group++) {
      int from = (int) reverse[group] * 4 * hidden;
      System.arraycopy(rows, from, ordered, group * 4 * hidden, 4 * hidden);
    }
    return ordered;
  }

  private static Map<String, float[]> text(
      TextConfig config, Checkpoint checkpoint, PreparedRequest request, float[] embeds)
      throws OrtException {
    Map<String, String> stages = new LinkedHashMap<>();
    stages.put("text.embeddings", "inputs_embeds");
    for (int layer = 0; layer < config.layers(); layer++) {
      String next =
          layer + 1 < config.layers()
              ? "model.layers." + (layer + 1) + ".input_layernorm"
              : "model.norm";
      stages.put("text.layer_" + layer, next + ".sum");
      stages.put("cache." + layer + ".key", CacheNames.presentKey(layer));
      stages.put("cache." + layer + ".value", CacheNames.presentValue(layer));
    }
    stages.put("text.norm", "model.norm");
    stages.put("logits", "logits");
    int seq = request.promptTokens();
    int visual = request.visualTokens();
    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("input_ids", tensor(ort, longs(request.inputIds()), 1, seq));
    inputs.put("image_embeds", tensor(ort, embeds, visual, config.hiddenSize()));
    inputs.put("image_pos", tensor(ort, longs(request.visualPositions()), visual, 1));
    inputs.put("pos", tensor(ort, request.positions(), 1, seq, 3));
    inputs.put("seqlens_k", tensor(ort, new int[] {seq - 1}, 1));
    inputs.put("total_len", tensor(ort, new int[] {seq}));
    inputs.put("row_shape", tensor(ort, new long[] {1, seq, -1}, 3));
    inputs.put("last", tensor(ort, IntStream.range(0, seq).asLongStream().toArray(), seq));
    for (int layer = 0; layer < config.layers(); layer++) {
      float[] empty = new float[config.kvHeads() * seq * config.headDim()];
      inputs.put(
          CacheNames.pastKey(layer),
          tensor(ort, empty, 1, config.kvHeads(), seq, config.headDim()));
      inputs.put(
          CacheNames.pastValue(layer),
          tensor(ort, empty, 1, config.kvHeads(), seq, config.headDim()));
    }
    return run(DecoderGraph.build(checkpoint), stages, inputs);
  }

  /** Runs a graph and gives nodes that it keeps to itself. */
  private static Map<String, float[]> run(
      OnnxModel model, Map<String, String> stages, Map<String, OnnxTensor> inputs)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", model.weightFolder().toString());
      try (OrtSession session =
              OrtEnvironment.getEnvironment().createSession(open(model, stages), options);
          OrtSession.Result result = session.run(inputs, new HashSet<>(stages.values()))) {
        Map<String, float[]> found = new LinkedHashMap<>();
        for (Map.Entry<String, String> stage : stages.entrySet()) {
          FloatBuffer values =
              ((OnnxTensor) result.get(stage.getValue()).orElseThrow()).getFloatBuffer();
          float[] array = new float[values.remaining()];
          values.get(array);
          found.put(stage.getKey(), array);
        }
        return found;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static byte[] open(OnnxModel model, Map<String, String> stages) {
    try {
      ModelProto.Builder proto = ModelProto.parseFrom(model.proto()).toBuilder();
      List<String> outputs =
          proto.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
      for (String node : stages.values()) {
        if (!outputs.contains(node)) {
          proto.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(node));
        }
      }
      return proto.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertClose(String stage, Map<String, float[]> found, GoldenTensors tensors) {
    float[] golden = tensors.floats(stage);
    float[] actual = found.get(stage);
    assertThat(actual).as(stage).hasSameSizeAs(golden);
    for (int i = 0; i < golden.length; i++) {
      assertThat(actual[i]).as(stage).isCloseTo(golden[i], Offset.offset(1e-3f));
    }
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  private static OnnxTensor tensor(OrtEnvironment ort, float[] values, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(ort, FloatBuffer.wrap(values), shape);
  }

  private static OnnxTensor tensor(OrtEnvironment ort, long[] values, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(ort, LongBuffer.wrap(values), shape);
  }

  private static OnnxTensor tensor(OrtEnvironment ort, int[] values, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(ort, IntBuffer.wrap(values), shape);
  }
}
