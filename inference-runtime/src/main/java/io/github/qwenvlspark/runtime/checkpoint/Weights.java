package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Every weight of a checkpoint by its published name ({@code model.layers.0…}, {@code visual.…},
 * {@code lm_head.weight}), whichever of the two naming schemes the files use.
 *
 * <p>Links are resolved first: in a Hugging Face hub cache the shards are links into {@code blobs},
 * and ONNX Runtime refuses files outside the folder it is given.
 */
public final class Weights {
  private final Map<String, TensorLocation> tensors;
  private final List<Path> files;

  private Weights(Map<String, TensorLocation> tensors, List<Path> files) {
    this.tensors = tensors;
    this.files = files;
  }

  static Weights read(Path folder) {
    List<Path> shards = shards(folder).stream().map(Weights::real).distinct().toList();
    Map<String, TensorLocation> tensors = new LinkedHashMap<>();
    for (Path shard : shards) {
      for (TensorLocation tensor : SafetensorsHeader.read(shard)) {
        tensors.put(publishedName(tensor.name()), tensor);
      }
    }
    return new Weights(tensors, shards);
  }

  /** Maps the names of transformers 4.52 and later to the published ones. */
  static String publishedName(String name) {
    if (name.startsWith("model.visual.")) {
      return name.substring("model.".length());
    }
    if (name.startsWith("model.language_model.")) {
      return "model." + name.substring("model.language_model.".length());
    }
    return name;
  }

  private static List<Path> shards(Path folder) {
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.exists(index)) {
      TreeSet<String> names = new TreeSet<>();
      for (JsonNode file : JsonFile.read(index).child("weight_map").root()) {
        names.add(file.asText());
      }
      if (names.isEmpty()) {
        throw CheckpointProblem.in(index, "weight_map is missing or empty");
      }
      return names.stream().map(name -> shard(folder, index, name)).toList();
    }
    Path single = folder.resolve("model.safetensors");
    if (!Files.exists(single)) {
      throw CheckpointProblem.in(
          folder, "neither model.safetensors nor model.safetensors.index.json is there");
    }
    return List.of(single);
  }

  private static Path shard(Path folder, Path index, String name) {
    Path shard = folder.resolve(name);
    if (!folder.equals(shard.getParent())) {
      throw CheckpointProblem.in(index, "weight_map names a file outside the folder: " + name);
    }
    if (!Files.exists(shard)) {
      throw CheckpointProblem.in(
          shard, "named in model.safetensors.index.json, but missing; copy the checkpoint again");
    }
    return shard;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
  }

  /** Every weight by its published name, in the order of the files. */
  public Map<String, TensorLocation> all() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The same with {@code others} added, or in the place of those of the same name. */
  Weights plus(Map<String, TensorLocation> others) {
    Map<String, TensorLocation> all = new LinkedHashMap<>(tensors);
    all.putAll(others);
    return new Weights(all, files);
  }

  /** The weight of that published name, if the checkpoint has it. */
  public Optional<TensorLocation> find(String publishedName) {
    return Optional.ofNullable(tensors.get(publishedName));
  }

  /** The real files that hold the weights, each once. */
  public List<Path> files() {
    return files;
  }

  /** Elements of all weights together. */
  public long parameters() {
    return tensors.values().stream().mapToLong(TensorLocation::elements).sum();
  }
}
