package io.github.qwenvlspark.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A LoRA adapter as PEFT saves it, checked against the checkpoint it is for. Immutable; holds no
 * file open.
 *
 * <p>Each adapted weight becomes {@code W + scale * B * A} in float32, once: after that the model
 * runs as if it had been trained whole. Source: {@code merge_and_unload} of PEFT 0.21.
 */
public final class LoraAdapter {
  private static final String PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  /** PEFT saves an adapted output head with the weight it adds to. */
  private static final String BASE = ".base_layer.weight";

  /** Saved whole where the vocabulary was touched, without a word in the configuration. */
  private static final Set<String> VOCABULARY =
      Set.of("model.embed_tokens.weight", "lm_head.weight");

  /** Part of the key of merged weights; another number where the arithmetic changes. */
  private static final String FORMAT = "lora-v1-";

  private final Path config;
  private final Path tensors;
  private final List<LoraLayer> layers;
  private final Map<String, TensorLocation> whole;

  private LoraAdapter(
      Path config, Path tensors, List<LoraLayer> layers, Map<String, TensorLocation> whole) {
    this.config = config;
    this.tensors = tensors;
    this.layers = layers;
    this.whole = whole;
  }

  static LoraAdapter open(Path folder, Checkpoint checkpoint) {
    Path configFile = require(folder, "adapter_config.json");
    Path file = require(folder, "adapter_model.safetensors");
    LoraConfig config = LoraConfig.read(configFile, checkpoint.config().vision().family());
    Reader reader = new Reader(file, config, checkpoint);
    SafetensorsHeader.read(file).forEach(reader::take);
    List<LoraLayer> layers = reader.layers();
    return new LoraAdapter(configFile, file, layers, reader.whole);
  }

  private static Path require(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw CheckpointProblem.in(
          file,
          "missing; give the folder that PEFT saved, with adapter_config.json and"
              + " adapter_model.safetensors");
    }
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
  }

  /** The files that decide what the adapter changes. */
  List<Path> files() {
    return List.of(config, tensors);
  }

  /** All weights that the adapter changes, by published name. */
  Map<String, TensorLocation> merged(String fingerprint, WeightCache cache) {
    Map<String, TensorLocation> all = new LinkedHashMap<>(whole);
    if (!layers.isEmpty()) {
      all.putAll(
          cache.tensors(FORMAT + fingerprint, writer -> layers.forEach(l -> announce(l, writer))));
    }
    return all;
  }

  private static void announce(LoraLayer layer, SafetensorsWriter writer) {
    writer.add(layer.weight(), TensorType.F32, layer.base().shape(), layer::writeMerged);
  }

  /** Sorts the tensors of the file and refuses what does not fit. */
  private static final class Reader {
    private final Path file;
    private final LoraConfig config;
    private final Checkpoint checkpoint;
    private final Map<String, TensorLocation> as = new TreeMap<>();
    private final Map<String, TensorLocation> bs = new TreeMap<>();
    private final Map<String, TensorLocation> bases = new TreeMap<>();
    private final Map<String, TensorLocation> whole = new LinkedHashMap<>();
    private final List<String> wholeNames = new ArrayList<>();
    private final Set<String> changed = new HashSet<>();

    Reader(Path file, LoraConfig config, Checkpoint checkpoint) {
      this.file = file;
      this.config = config;
      this.checkpoint = checkpoint;
    }

    void take(TensorLocation tensor) {
      String key = tensor.name();
      if (tensor.type() == TensorType.U8) {
        throw problem(key, "is quantised; save the adapter in float32, bfloat16 or float16");
      }
      if (!key.startsWith(PREFIX)) {
        throw problem(key, "does not begin with %s as PEFT writes it".formatted(PREFIX));
      }
      String name = key.substring(PREFIX.length());
      if (name.endsWith(A)) {
        as.put(name.substring(0, name.length() - A.length()), tensor);
      } else if (name.endsWith(B)) {
        bs.put(name.substring(0, name.length() - B.length()), tensor);
      } else if (name.endsWith(BASE)) {
        bases.put(name.substring(0, name.length() - BASE.length()), tensor);
      } else if (config.saves(name) || VOCABULARY.contains(Weights.publishedName(name))) {
        takeWhole(tensor, name);
      } else {
        throw problem(
            key,
            "is neither %s nor %s of a linear layer, nor of a module in modules_to_save"
                .formatted(A, B));
      }
    }

    private void takeWhole(TensorLocation tensor, String name) {
      String published = Weights.publishedName(name);
      requireSameShape(tensor, base(tensor, published));
      wholeNames.add(name);
      whole.put(
          published,
          new TensorLocation(
              published,
              tensor.type(),
              tensor.shape(),
              tensor.file(),
              tensor.offset(),
              tensor.length()));
    }

    private void requireSameShape(TensorLocation tensor, TensorLocation base) {
      if (!base.shape().equals(tensor.shape())) {
        throw problem(
            tensor.name(),
            "has shape %s, the checkpoint's weight %s".formatted(tensor.shape(), base.shape()));
      }
    }

    List<LoraLayer> layers() {
      List<LoraLayer> layers = new ArrayList<>();
      requireAll(bs, A, as);
      requireAll(as, B, bs);
      requireAll(bases, A, as);
      as.forEach((module, a) -> layers.add(layer(module, a, bs.get(module))));
      requireAllThere();
      return layers;
    }

    private void requireAll(
        Map<String, TensorLocation> tensors,
        String counterpart,
        Map<String, TensorLocation> counterparts) {
      tensors.forEach(
          (module, tensor) -> {
            if (!counterparts.containsKey(module)) {
              throw problem(tensor.name(), "has no counterpart" + counterpart);
            }
          });
    }

    /** An adapter that lacks what its configuration names was saved or copied in part. */
    private void requireAllThere() {
      for (LoraConfig.Target target : config.targets()) {
        if (as.keySet().stream().noneMatch(target::matches)) {
          throw lacks("target_modules", target.text());
        }
      }
      for (String module : config.modulesToSave()) {
        if (wholeNames.stream().noneMatch(name -> LoraConfig.holds(module, name))) {
          throw lacks("modules_to_save", module);
        }
      }
    }

    private RuntimeException lacks(String key, String name) {
      return CheckpointProblem.in(
          config.file(),
          "%s names \"%s\", but %s holds nothing of that name; save the adapter again"
              .formatted(key, name, file.getFileName()));
    }

    private LoraLayer layer(String module, TensorLocation a, TensorLocation b) {
      if (config.targets().stream().noneMatch(target -> target.matches(module))) {
        throw problem(a.name(), "is not among the target_modules of adapter_config.json");
      }
      String weight = Weights.publishedName(module) + ".weight";
      TensorLocation base = base(a, weight);
      if (base.shape().size() != 2) {
        throw problem(a.name(), "adapts %s, which is no linear layer".formatted(weight));
      }
      long rank = config.rank(module);
      requireShape(a, List.of(rank, base.shape().get(1)), base);
      requireShape(b, List.of(base.shape().get(0), rank), base);
      TensorLocation trained = bases.getOrDefault(module, base);
      requireSameShape(trained, base);
      return new LoraLayer(weight, trained, a, b, (float) config.scale(module));
    }

    private void requireShape(TensorLocation tensor, List<Long> shape, TensorLocation base) {
      if (!tensor.shape().equals(shape)) {
        throw problem(
            tensor.name(),
            "has shape %s; %s is needed for rank %d in adapter_config.json and the checkpoint's %s"
                .formatted(
                    tensor.shape(),
                    shape,
                    tensor.name().endsWith(A) ? shape.get(0) : shape.get(1),
                    base.shape()));
      }
    }

    /** The checkpoint's weight that the tensor changes. */
    private TensorLocation base(TensorLocation tensor, String weight) {
      if (!changed.add(weight)) {
        throw problem(tensor.name(), "changes %s for the second time".formatted(weight));
      }
      if (checkpoint.config().text().tieWordEmbeddings() && VOCABULARY.contains(weight)) {
        throw problem(
            tensor.name(),
            "changes one of two weights that the checkpoint ties together; merge the adapter with"
                + " PEFT (merge_and_unload) and give the merged checkpoint");
      }
      return checkpoint
          .weights()
          .find(weight)
          .orElseThrow(
              () ->
                  problem(
                      tensor.name(),
                      "changes %s, which %s does not have; give the checkpoint that the adapter was"
                              .formatted(weight, checkpoint.folder())
                          + " trained on"));
    }

    private RuntimeException problem(String key, String what) {
      return CheckpointProblem.in(file, "key %s %s".formatted(key, what));
    }
  }
}
