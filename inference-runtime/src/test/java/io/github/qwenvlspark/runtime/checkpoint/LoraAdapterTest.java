package io.github.qwenvlspark.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that do not fit are refused with the file, the key and what to do. */
class LoraAdapterTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LAYER =
      "base_model.model.model.language_model.layers.0.self_attn.q_proj";

  @TempDir Path temp;
  private final Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-f32"));
  private Path adapter;

  @BeforeEach
  void copy() throws IOException {
    adapter = Files.createDirectories(temp.resolve("my-adapter"));
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(Fixtures.path("lora/plain/" + name), adapter.resolve(name));
    }
  }

  @Test
  void anAdapterThatFitsNamesTheModelAfterBoth() {
    assertThat(checkpoint.with(adapter).name()).isEqualTo("tiny-model-f32+my-adapter");
  }

  @Test
  void theFingerprintChangesWithTheAdapter() {
    Checkpoint adapted = checkpoint.with(adapter);
    String before = Fingerprint.of(adapted);
    assertThat(before).isNotEqualTo(Fingerprint.of(checkpoint));

    configure(config -> config.put("lora_alpha", 9));

    assertThat(Fingerprint.of(adapted)).isNotEqualTo(before);
  }

  @Test
  void theFingerprintOfMergedWeightsIsThatOfWhatTheyCameFrom() {
    Checkpoint adapted = checkpoint.with(adapter);
    String fingerprint = Fingerprint.of(adapted);

    Checkpoint merged =
        adapted.merged(fingerprint, new WeightCache(temp.resolve("cache").toString()));

    assertThat(Fingerprint.of(merged)).isEqualTo(fingerprint);
    assertThat(merged.weights().parameters()).isEqualTo(checkpoint.weights().parameters());
  }

  @Test
  void onlyAdaptedWeightsAreWritten() {
    Checkpoint adapted = checkpoint.with(adapter);
    Path cache = temp.resolve("cache");

    Weights merged =
        adapted.merged(Fingerprint.of(adapted), new WeightCache(cache.toString())).weights();

    assertThat(merged.find("model.layers.0.self_attn.q_proj.weight").orElseThrow().file())
        .startsWith(cache);
    assertThat(merged.find("model.layers.0.self_attn.q_proj.bias"))
        .isEqualTo(checkpoint.weights().find("model.layers.0.self_attn.q_proj.bias"));
    assertThat(merged.find("model.layers.0.mlp.up_proj.weight"))
        .isEqualTo(checkpoint.weights().find("model.layers.0.mlp.up_proj.weight"));
  }

  @Test
  void aFolderWithoutAnAdapterSaysWhatToGive() {
    assertThatThrownBy(() -> checkpoint.with(temp))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("adapter_config.json", "PEFT");
  }

  @Test
  void pickledWeightsAreRefused() throws IOException {
    Files.move(adapter.resolve("adapter_model.safetensors"), adapter.resolve("adapter_model.bin"));

    assertProblem("adapter_model.safetensors", "missing");
  }

  @ParameterizedTest
  @CsvSource({
    "use_dora, true",
    "fan_in_fan_out, true",
    "lora_bias, true",
    "use_qalora, true",
    "bias, '\"all\"'",
    "peft_type, '\"IA3\"'",
    "init_lora_weights, '\"pissa\"'",
    "layer_replication, '[[0, 4], [2, 5]]'",
    "trainable_token_indices, '[1, 2]'",
    "target_parameters, '[\"experts\"]'",
    "kasa_config, '{\"a\": 1}'"
  })
  void kindsThatChangeMoreAreRefusedByTheirKey(String key, String json) {
    configure(config -> config.set(key, parse(json)));

    assertProblem("adapter_config.json", key);
  }

  @Test
  void settingsOfTrainingDoNotMatter() {
    configure(
        config -> {
          config.put("lora_dropout", 0.1);
          config.put("task_type", "CAUSAL_LM");
          config.put("init_lora_weights", "gaussian");
          config.set("exclude_modules", parse("[\"up_proj\"]"));
          config.set("layers_to_transform", parse("[0, 1, 2, 3]"));
          config.put("a_key_of_the_future", "x");
        });

    assertThatCode(() -> checkpoint.with(adapter)).doesNotThrowAnyException();
  }

  @Test
  void anotherRankIsNamedWithBothShapes() {
    configure(config -> config.put("r", 5));

    assertProblem(LAYER.replace("q_proj", "k_proj") + ".lora_A.weight", "[4, 128]", "[5, 128]");
  }

  @Test
  void aTargetThatTheFileLacksIsNamed() {
    configure(config -> config.withArray("target_modules").add("up_proj"));

    assertProblem("adapter_config.json", "target_modules", "\"up_proj\"");
  }

  @Test
  void aMatrixOutsideOfTheTargetsIsNamed() {
    configure(config -> config.set("target_modules", parse("[\"v_proj\"]")));

    assertProblem("k_proj.lora_A.weight", "target_modules");
  }

  @Test
  void aTargetExpressionMustMatchTheWholeName() {
    configure(config -> config.put("target_modules", ".*self_attn\\.[qkvo]_proj"));
    assertThatCode(() -> checkpoint.with(adapter)).doesNotThrowAnyException();

    configure(config -> config.put("target_modules", "self_attn\\.[qkvo]_proj"));
    assertProblem("k_proj.lora_A.weight", "target_modules");
  }

  @Test
  void aBrokenExpressionIsRefused() {
    configure(config -> config.put("target_modules", "([qkv"));

    assertProblem("adapter_config.json", "target_modules", "regular expression");
  }

  @Test
  void aModuleToSaveThatTheFileLacksIsNamed() {
    configure(config -> config.set("modules_to_save", parse("[\"merger\"]")));

    assertProblem("adapter_config.json", "modules_to_save", "\"merger\"");
  }

  @Test
  void anAdapterOfTheOtherFamilyIsRefused() {
    configure(
        config ->
            config.set(
                "auto_mapping",
                parse("{\"base_model_class\": \"Qwen2VLForConditionalGeneration\"}")));

    assertProblem("adapter_config.json", "Qwen2VLForConditionalGeneration", "Qwen2.5-VL");
  }

  @Test
  void aLayerThatTheCheckpointLacksIsNamed() {
    rewriteNames(name -> name.replace("layers.3.", "layers.9."));

    assertProblem("layers.9.self_attn", "does not have", "trained on");
  }

  @Test
  void anAdapterForAnotherWidthIsRefused() {
    Checkpoint other = Checkpoint.open(Fixtures.path("tiny-qwen2-vl"));
    configure(config -> config.putNull("auto_mapping"));
    rewriteNames(name -> name.replace("layers.3.", "layers.9."));

    assertThatThrownBy(() -> other.with(adapter))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("lora_A.weight", "[4, 128]", "[4, 64]");
  }

  @Test
  void halfOfAPairIsNamed() {
    rewriteNames(name -> name.equals(LAYER + ".lora_B.weight") ? null : name);

    assertProblem(LAYER + ".lora_A.weight", "no counterpart.lora_B.weight");
  }

  @Test
  void oneWeightUnderTwoNamesIsRefused() {
    rewriteNames(name -> name.replace("language_model.layers.1.", "layers.0."));

    assertProblem("model.layers.0.self_attn", "second time");
  }

  @Test
  void aKeyOfAnotherKindIsNamed() {
    rewriteNames(name -> name.replace(LAYER + ".lora_B.weight", LAYER + ".lora_magnitude_vector"));

    assertProblem(LAYER + ".lora_magnitude_vector", "linear layer");
  }

  @Test
  void aKeyWithoutThePrefixIsNamed() {
    rewriteNames(name -> name.replace("base_model.model.", ""));

    assertProblem("does not begin with base_model.model.");
  }

  @Test
  void anOutputHeadThatIsTiedIsRefused() {
    Checkpoint tied = Checkpoint.open(Fixtures.path("tiny-model-bf16"));
    configure(config -> config.set("target_modules", parse("[\"lm_head\"]")));
    rewriteNames(name -> name.replace(LAYER.substring("base_model.model.".length()), "lm_head"));

    assertThatThrownBy(() -> tied.with(adapter))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("lm_head", "ties", "merge_and_unload");
  }

  private void assertProblem(String... fragments) {
    assertThatThrownBy(() -> checkpoint.with(adapter))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContainingAll(fragments);
  }

  private void configure(Consumer<ObjectNode> change) {
    Path file = adapter.resolve("adapter_config.json");
    try {
      ObjectNode config = (ObjectNode) MAPPER.readTree(file.toFile());
      change.accept(config);
      MAPPER.writeValue(file.toFile(), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file again under other names; null leaves a tensor out. */
  private void rewriteNames(UnaryOperator<String> names) {
    Path file = adapter.resolve("adapter_model.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    try {
      byte[] bytes = Files.readAllBytes(file);
      List<TensorLocation> all = new ArrayList<>(SafetensorsHeader.read(file));
      for (TensorLocation tensor : all) {
        String name = names.apply(tensor.name());
        if (name != null) {
          writer.add(
              name,
              tensor.type(),
              tensor.shape(),
              out ->
                  SafetensorsWriter.writeFully(
                      out, ByteBuffer.wrap(bytes, (int) tensor.offset(), (int) tensor.length())));
        }
      }
      Files.write(file, new byte[0]);
      writer.write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
