package io.github.qwenvlspark.runtime.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code config.json} in any of its three shapes: flat (as published), nested (transformers 4.5x),
 * nested with {@code rope_parameters} (transformers 5).
 *
 * @param eosTokenIds what ends an answer where {@code generation_config.json} does not say
 */
public record ModelConfig(
    TextConfig text,
    VisionConfig vision,
    int imageTokenId,
    int videoTokenId,
    int visionStartTokenId,
    List<Integer> eosTokenIds) {
  public ModelConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /** Far more than any model has: a list of them is made. */
  private static final int MOST_LAYERS = 1000;

  static ModelConfig read(Path file) {
    JsonFile config = JsonFile.read(file);
    String type = config.string("model_type").orElse("");
    VisionFamily family =
        VisionFamily.of(type)
            .orElseThrow(
                () ->
                    CheckpointProblem.in(
                        file,
                        "model_type is \"%s\"; this runtime reads %s"
                            .formatted(type, VisionFamily.known())));
    JsonFile text = config.has("text_config") ? config.child("text_config") : config;
    return new ModelConfig(
        text(file, config, text),
        vision(file, config.child("vision_config"), family),
        config.requireInt("image_token_id"),
        config.requireInt("video_token_id"),
        config.requireInt("vision_start_token_id"),
        (config.has("eos_token_id") ? config : text).ints("eos_token_id"));
  }

  private static TextConfig text(Path file, JsonFile config, JsonFile text) {
    int hidden = text.requireInt("hidden_size");
    int heads = text.requireInt("num_attention_heads");
    int kvHeads = text.intOr("num_key_value_heads", heads);
    if (heads < 1 || kvHeads < 1 || hidden % heads != 0 || heads % kvHeads != 0) {
      throw CheckpointProblem.in(
          file,
          "hidden_size %d, %d heads and %d key/value heads do not divide each other"
              .formatted(hidden, heads, kvHeads));
    }
    requireActivation(file, text, "silu");
    if (text.root().path("use_sliding_window").asBoolean(false)) {
      throw CheckpointProblem.in(
          file, "use_sliding_window is true; only attention over the whole prompt can be computed");
    }
    JsonFile rope =
        text.has("rope_parameters") ? text.child("rope_parameters") : text.child("rope_scaling");
    requirePlainRope(file, rope);
    List<Integer> sections = rope.ints("mrope_section");
    int headDim = hidden / heads;
    if (sections.size() != 3
        || sections.stream().mapToInt(Integer::intValue).sum() * 2 != headDim) {
      throw CheckpointProblem.in(
          file,
          "mrope_section %s must be three numbers that sum to half of the head size %d"
              .formatted(sections, headDim));
    }
    return new TextConfig(
        hidden,
        layers(file, text.requireInt("num_hidden_layers")),
        heads,
        kvHeads,
        headDim,
        text.requireInt("intermediate_size"),
        text.requireInt("vocab_size"),
        text.doubleOr("rms_norm_eps", 1e-5),
        rope.doubleOr("rope_theta", text.doubleOr("rope_theta", 1_000_000.0)),
        sections,
        text.intOr("max_position_embeddings", 32_768),
        tied(config, text));
  }

  private static int layers(Path file, int layers) {
    if (layers < 1 || layers > MOST_LAYERS) {
      throw CheckpointProblem.in(
          file, "%d layers are not between 1 and %d".formatted(layers, MOST_LAYERS));
    }
    return layers;
  }

  /** Scaled rotations (YaRN and others) would need other frequencies. */
  private static void requirePlainRope(Path file, JsonFile rope) {
    String type = rope.string("rope_type").or(() -> rope.string("type")).orElse("default");
    if (!type.equals("default") && !type.equals("mrope")) {
      throw CheckpointProblem.in(
          file,
          "rope type is \"%s\"; this runtime computes \"mrope\" and \"default\"".formatted(type));
    }
  }

  /** Either place may say so: releases differ in where they write it. */
  private static boolean tied(JsonFile config, JsonFile text) {
    return config.root().path("tie_word_embeddings").asBoolean(false)
        || text.root().path("tie_word_embeddings").asBoolean(false);
  }

  private static VisionConfig vision(Path file, JsonFile vision, VisionFamily family) {
    VisionConfig config =
        switch (family) {
          case QWEN2_VL -> qwen2Vision(file, vision);
          case QWEN2_5_VL -> qwen25Vision(file, vision);
        };
    int channels = vision.intOr("in_channels", vision.intOr("in_chans", 3));
    if (config.patchSize() != 14
        || config.temporalPatchSize() != 2
        || config.spatialMergeSize() != 2
        || channels != 3) {
      throw CheckpointProblem.in(
          file,
          "vision_config must have patch_size 14, temporal_patch_size 2, spatial_merge_size 2 and 3"
              + " channels, as every published %s has".formatted(family.label()));
    }
    if (config.heads() < 1
        || config.hiddenSize() % config.heads() != 0
        || config.headDim() % 4 != 0) {
      throw CheckpointProblem.in(
          file,
          "the vision tower's width %d does not split into %d heads of a multiple of 4"
              .formatted(config.hiddenSize(), config.heads()));
    }
    if (family == VisionFamily.QWEN2_5_VL && config.windowSize() < 2 * config.patchSize()) {
      throw CheckpointProblem.in(
          file, "window_size %d holds no merged patch of 28 pixels".formatted(config.windowSize()));
    }
    return config;
  }

  /** {@code hidden_size} is the text decoder's here; defaults are the reference's. */
  private static VisionConfig qwen2Vision(Path file, JsonFile vision) {
    requireActivation(file, vision, "quick_gelu");
    int depth = layers(file, vision.intOr("depth", 32));
    int width = vision.intOr("embed_dim", 1280);
    return new VisionConfig(
        VisionFamily.QWEN2_VL,
        depth,
        width,
        vision.intOr("num_heads", 16),
        (int) (width * vision.doubleOr("mlp_ratio", 4)),
        vision.intOr("hidden_size", 3584),
        vision.intOr("patch_size", 14),
        vision.intOr("temporal_patch_size", 2),
        vision.intOr("spatial_merge_size", 2),
        0,
        IntStream.range(0, depth).boxed().toList(),
        1);
  }

  /** The published 32B leaves most keys out: the defaults are the reference's. */
  private static VisionConfig qwen25Vision(Path file, JsonFile vision) {
    requireActivation(file, vision, "silu");
    List<Integer> full = vision.ints("fullatt_block_indexes");
    return new VisionConfig(
        VisionFamily.QWEN2_5_VL,
        layers(file, vision.intOr("depth", 32)),
        vision.intOr("hidden_size", 1280),
        vision.intOr("num_heads", 16),
        vision.intOr("intermediate_size", 3420),
        vision.intOr("out_hidden_size", 3584),
        vision.intOr("patch_size", 14),
        vision.intOr("temporal_patch_size", 2),
        vision.intOr("spatial_merge_size", 2),
        vision.intOr("window_size", 112),
        full.isEmpty() ? List.of(7, 15, 23, 31) : full,
        vision.intOr("tokens_per_second", 4));
  }

  private static void requireActivation(Path file, JsonFile part, String activation) {
    String given = part.string("hidden_act").orElse(activation);
    if (!given.equals(activation)) {
      throw CheckpointProblem.in(
          file,
          "hidden_act is \"%s\"; the published models use \"%s\"".formatted(given, activation));
    }
  }
}
