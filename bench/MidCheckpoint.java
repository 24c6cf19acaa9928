import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * Writes a Qwen2.5-VL checkpoint of 301 million random parameters in bfloat16: large enough to measure
 * speed by, small enough for a laptop. It needs no network and nothing but a JDK:
 *
 * <pre>java bench/MidCheckpoint.java /tmp/mid</pre>
 *
 * <p>Matrices are normal with a deviation of 1/sqrt(columns), norms are 1 with a deviation of 0.1. The
 * tokenizer is the demo checkpoint's; the ids above its own are never spelled. Equal on every machine.
 */
final class MidCheckpoint {
  private static final int VOCABULARY = 32_768;
  private static final int HIDDEN = 1024;
  private static final int LAYERS = 16;
  private static final int KEYS = 2 * 128;
  private static final int MLP = 3584;
  private static final int VISION_HIDDEN = 640;
  private static final int VISION_BLOCKS = 8;
  private static final int VISION_MLP = 1712;
  private static final int PATCH = 1176;
  private static final String[] TOKENIZER_FILES = {
    "chat_template.json", "tokenizer.json", "tokenizer_config.json"
  };

  private final Map<String, int[]> tensors = new LinkedHashMap<>();

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("Usage: java bench/MidCheckpoint.java FOLDER (run at the root of the checkout)");
      System.exit(2);
    }
    Path folder = Files.createDirectories(Path.of(args[0]));
    Path demo = Path.of("pipeline/demo/qwen2.5-vl-demo");
    for (String name : TOKENIZER_FILES) {
      Files.write(folder.resolve(name), Files.readAllBytes(demo.resolve(name)));
    }
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("generation_config.json"), GENERATION);
    Files.writeString(folder.resolve("preprocessor_config.json"), PREPROCESSOR);
    new MidCheckpoint().write(folder.resolve("model.safetensors"));
    System.out.println(folder);
  }

  private MidCheckpoint() {
    tensors.put("model.embed_tokens.weight", shape(VOCABULARY, HIDDEN));
    for (int i = 0; i < LAYERS; i++) {
      String layer = "model.layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", shape(HIDDEN));
      tensors.put(layer + "post_attention_layernorm.weight", shape(HIDDEN));
      linear(layer + "self_attn.q_proj", HIDDEN, HIDDEN);
      linear(layer + "self_attn.k_proj", KEYS, HIDDEN);
      linear(layer + "self_attn.v_proj", KEYS, HIDDEN);
      tensors.put(layer + "self_attn.o_proj.weight", shape(HIDDEN, HIDDEN));
      tensors.put(layer + "mlp.gate_proj.weight", shape(MLP, HIDDEN));
      tensors.put(layer + "mlp.up_proj.weight", shape(MLP, HIDDEN));
      tensors.put(layer + "mlp.down_proj.weight", shape(HIDDEN, MLP));
    }
    tensors.put("model.norm.weight", shape(HIDDEN));
    tensors.put("visual.patch_embed.proj.weight", shape(VISION_HIDDEN, 3, 2, 14, 14));
    for (int i = 0; i < VISION_BLOCKS; i++) {
      String block = "visual.blocks." + i + ".";
      tensors.put(block + "norm1.weight", shape(VISION_HIDDEN));
      tensors.put(block + "norm2.weight", shape(VISION_HIDDEN));
      linear(block + "attn.qkv", 3 * VISION_HIDDEN, VISION_HIDDEN);
      linear(block + "attn.proj", VISION_HIDDEN, VISION_HIDDEN);
      linear(block + "mlp.gate_proj", VISION_MLP, VISION_HIDDEN);
      linear(block + "mlp.up_proj", VISION_MLP, VISION_HIDDEN);
      linear(block + "mlp.down_proj", VISION_HIDDEN, VISION_MLP);
    }
    tensors.put("visual.merger.ln_q.weight", shape(VISION_HIDDEN));
    linear("visual.merger.mlp.0", 4 * VISION_HIDDEN, 4 * VISION_HIDDEN);
    linear("visual.merger.mlp.2", HIDDEN, 4 * VISION_HIDDEN);
  }

  private void linear(String name, int rows, int columns) {
    tensors.put(name + ".weight", shape(rows, columns));
    tensors.put(name + ".bias", shape(rows));
  }

  private static int[] shape(int... sides) {
    return sides;
  }

  /** The safetensors layout: length of the header, header, tensors. */
  private void write(Path file) throws IOException {
    StringJoiner entries = new StringJoiner(",", "{", "}");
    long offset = 0;
    for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
      long end = offset + 2L * elements(tensor.getValue());
      StringJoiner sides = new StringJoiner(",", "[", "]");
      IntStream.of(tensor.getValue()).forEach(side -> sides.add(Integer.toString(side)));
      entries.add(
          "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), sides, offset, end));
      offset = end;
    }
    String header = entries.toString();
    byte[] bytes = (header + " ".repeat((8 - header.length() % 8) % 8)).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
      out.write(bytes);
      for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
        out.write(values(tensor.getKey(), tensor.getValue()));
      }
    }
  }

  private static int elements(int[] shape) {
    return IntStream.of(shape).reduce(1, Math::multiplyExact);
  }

  /** Each row has its own generator, so that rows can be drawn side by side. */
  private static byte[] values(String name, int[] shape) {
    int columns = shape.length == 1 ? elements(shape) : elements(shape) / shape[0];
    boolean norm = name.contains("norm") || name.contains("ln_q");
    double mean = norm ? 1 : 0;
    double deviation = norm || shape.length == 1 ? 0.1 : 1 / Math.sqrt(columns);
    ByteBuffer bytes = ByteBuffer.allocate(2 * elements(shape)).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, elements(shape) / columns)
        .parallel()
        .forEach(
            row -> {
              SplittableRandom random = new SplittableRandom(31L * name.hashCode() + row);
              for (int i = row * columns; i < (row + 1) * columns; i++) {
                bytes.putShort(2 * i, bfloat16((float) (mean + deviation * normal(random))));
              }
            });
    return bytes.array();
  }

  /** A sum of twelve: close to normal, and the same bits on every machine. */
  private static double normal(SplittableRandom random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  private static final String GENERATION =
      """
      {"bos_token_id": 490, "eos_token_id": [492], "pad_token_id": 490, "do_sample": false}
      """;

  /** As published: a page of a million pixels is not shrunk. */
  private static final String PREPROCESSOR =
      """
      {
        "min_pixels": 3136,
        "max_pixels": 12845056,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2_5_VLProcessor"
      }
      """;

  private static final String CONFIG =
      """
      {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "model_type": "qwen2_5_vl",
        "torch_dtype": "bfloat16",
        "attention_dropout": 0.0,
        "hidden_act": "silu",
        "hidden_size": 1024,
        "intermediate_size": 3584,
        "initializer_range": 0.02,
        "max_position_embeddings": 32768,
        "max_window_layers": 16,
        "num_attention_heads": 8,
        "num_hidden_layers": 16,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0,
        "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
        "sliding_window": 32768,
        "use_sliding_window": false,
        "tie_word_embeddings": true,
        "use_cache": true,
        "vocab_size": 32768,
        "bos_token_id": 490,
        "eos_token_id": 492,
        "pad_token_id": 490,
        "vision_start_token_id": 499,
        "vision_end_token_id": 500,
        "vision_token_id": 501,
        "image_token_id": 502,
        "video_token_id": 503,
        "vision_config": {
          "model_type": "qwen2_5_vl",
          "depth": 8,
          "hidden_act": "silu",
          "hidden_size": 640,
          "intermediate_size": 1712,
          "num_heads": 8,
          "in_chans": 3,
          "out_hidden_size": 1024,
          "patch_size": 14,
          "spatial_merge_size": 2,
          "spatial_patch_size": 14,
          "temporal_patch_size": 2,
          "window_size": 112,
          "fullatt_block_indexes": [3, 7],
          "tokens_per_second": 2
        }
      }
      """;
}
