package io.github.qwenvlspark.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path temp;

  @Test
  void aNestedConfigOfTransformers5Loads() {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-f32"));

    TextConfig text = checkpoint.config().text();
    assertThat(text.mropeSection()).containsExactly(4, 6, 6);
    assertThat(text.tieWordEmbeddings()).isFalse();
    assertThat(text.headDim()).isEqualTo(32);
    assertThat(checkpoint.config().vision().fullAttentionBlocks()).containsExactly(1, 3);
    assertThat(checkpoint.generation())
        .isEqualTo(new GenerationDefaults(List.of(1002, 1000), 1.05, true, 0.1, 1, 0.001, 0));
  }

  @Test
  void aFlatConfigWithShardsLoads() {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-bf16"));

    assertThat(checkpoint.config().text().tieWordEmbeddings()).isTrue();
    assertThat(checkpoint.weights().files()).hasSize(3);
    assertThat(checkpoint.weights().find("visual.merger.ln_q.weight").orElseThrow().type())
        .isEqualTo(TensorType.BF16);
  }

  @Test
  void aNestedConfigOfTransformers45xLoads() {
    Path folder = copyOf("tiny-model-f32");
    rewrite(
        folder.resolve("config.json"),
        json ->
            json.replace(
                    "\"rope_parameters\": {\n   \"mrope_section\"",
                    "\"rope_scaling\": {\n   \"type\": \"mrope\",\n   \"mrope_section\"")
                .replace("\"rms_norm_eps\"", "\"rope_theta\": 5000.0,\n  \"rms_norm_eps\"")
                .replace("   \"rope_theta\": 1000000.0,\n", ""));

    TextConfig text = Checkpoint.open(folder).config().text();

    assertThat(text.ropeTheta()).isEqualTo(5000.0);
    assertThat(text.mropeSection()).containsExactly(4, 6, 6);
  }

  @Test
  void bothNamingSchemesGiveThePublishedNames() {
    assertThat(Weights.publishedName("model.language_model.layers.7.mlp.up_proj.weight"))
        .isEqualTo("model.layers.7.mlp.up_proj.weight");
    assertThat(Weights.publishedName("model.visual.merger.ln_q.weight"))
        .isEqualTo("visual.merger.ln_q.weight");
    assertThat(Weights.publishedName("model.norm.weight")).isEqualTo("model.norm.weight");
    assertThat(Weights.publishedName("lm_head.weight")).isEqualTo("lm_head.weight");
  }

  @Test
  void linksOfAHubCacheAreResolvedToTheirBlobs() throws IOException {
    Path snapshot = Files.createDirectories(temp.resolve("snapshots/main"));
    Path blobs = Files.createDirectories(temp.resolve("blobs"));
    int blob = 0;
    for (Path file : files(Fixtures.path("tiny-model-bf16"))) {
      Path target = blobs.resolve("blob" + blob++);
      Files.copy(file, target);
      Files.createSymbolicLink(snapshot.resolve(file.getFileName()), target);
    }

    Checkpoint checkpoint = Checkpoint.open(snapshot);

    assertThat(checkpoint.weights().files())
        .allSatisfy(file -> assertThat(file.getParent()).isEqualTo(blobs.toRealPath()));
  }

  @Test
  void theFingerprintChangesWithOneByteOfAWeightAndWithNothingElse() throws IOException {
    Path folder = copyOf("tiny-model-f32");
    Checkpoint checkpoint = Checkpoint.open(folder);
    String before = Fingerprint.of(checkpoint);
    assertThat(Fingerprint.of(Checkpoint.open(Fixtures.path("tiny-model-f32")))).isEqualTo(before);

    try (RandomAccessFile weights =
        new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      weights.seek(weights.length() - 1);
      int last = weights.read();
      weights.seek(weights.length() - 1);
      weights.write(last ^ 1);
    }

    assertThat(Fingerprint.of(checkpoint)).isNotEqualTo(before);
  }

  @Test
  void withoutAGenerationConfigTheDefaultsOfTransformersHold() throws IOException {
    Path folder = copyOf("tiny-model-bf16");
    Files.delete(folder.resolve("generation_config.json"));

    GenerationDefaults defaults = Checkpoint.open(folder).generation();

    assertThat(defaults.eosTokenIds()).isNotEmpty();
    assertThat(defaults.doSample()).isFalse();
    assertThat(defaults.topK()).isEqualTo(50);
    assertThat(defaults.repetitionPenalty()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_beams\": 4|num_beams",
        "\"no_repeat_ngram_size\": 3|no_repeat_ngram_size",
        "\"suppress_tokens\": [1]|suppress_tokens",
        "\"temperature\": 0.0, \"do_sample\": true|temperature",
        "\"top_p\": 2.0|top_p"
      })
  void aGenerationConfigThatAsksForMoreThanWeDoIsRefusedByKey(String change, String key)
      throws IOException {
    Path folder = copyOf("tiny-model-bf16");
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": 1, " + change + "}");

    assertProblem(folder, "generation_config.json", key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"do_resize\": false",
        "\"do_normalize\": false",
        "\"rescale_factor\": 1",
        "\"resample\": 2",
        "\"merge_size\": 4"
      })
  void aPreprocessorConfigThatAsksForOtherPixelsIsRefusedByKey(String entry) {
    Path folder = copyOf("tiny-model-f32");
    rewrite(
        folder.resolve("preprocessor_config.json"),
        json -> json.replace("\"merge_size\": 2", entry));

    assertProblem(folder, "preprocessor_config.json", entry.split("\"", -1)[1]);
  }

  @Test
  void aPreprocessorConfigAsItIsPublishedLoads() {
    Path folder = copyOf("tiny-model-f32");
    rewrite(
        folder.resolve("preprocessor_config.json"),
        json ->
            json.replace(
                "\"merge_size\": 2",
                "\"merge_size\": 2, \"do_resize\": true, \"do_rescale\": true, \"do_normalize\": true,"
                    + " \"resample\": 3, \"rescale_factor\": 0.00392156862745098, \"do_convert_rgb\": true"));

    assertThat(Checkpoint.open(folder).preprocessor().maxPixels()).isEqualTo(12845056);
  }

  @Test
  void aMissingFolderSaysWhatToGive() {
    assertProblem(temp.resolve("nowhere"), "no such folder", "config.json");
  }

  @Test
  void anotherArchitectureIsNamed() {
    Path folder = copyOf("tiny-model-f32");
    rewrite(
        folder.resolve("config.json"),
        json -> json.replace("\"model_type\": \"qwen2_5_vl\",", "\"model_type\": \"llava\","));

    assertProblem(folder, "config.json", "\"llava\"", "\"qwen2_5_vl\"", "\"qwen2_vl\"");
  }

  @Test
  void aScaledRotationIsRefused() {
    Path folder = copyOf("tiny-model-bf16");
    rewrite(
        folder.resolve("config.json"),
        json -> json.replace("\"type\": \"mrope\"", "\"type\": \"yarn\""));

    assertProblem(folder, "config.json", "\"yarn\"", "\"mrope\"");
  }

  @Test
  void aSlidingWindowIsRefused() {
    Path folder = copyOf("tiny-model-bf16");
    rewrite(
        folder.resolve("config.json"),
        json -> json.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true"));

    assertProblem(folder, "config.json", "use_sliding_window");
  }

  @Test
  void theTowerOfQwen2VlHasNoWindows() {
    VisionConfig vision = Checkpoint.open(Fixtures.path("tiny-qwen2-vl")).config().vision();

    assertThat(vision.family()).isEqualTo(VisionFamily.QWEN2_VL);
    assertThat(vision.hiddenSize()).isEqualTo(48);
    assertThat(vision.outHiddenSize()).isEqualTo(64);
    assertThat(vision.intermediateSize()).isEqualTo(192);
    assertThat(vision.windowSize()).isZero();
    assertThat(vision.fullAttentionBlocks()).containsExactly(0, 1, 2);
    assertThat(vision.secondPerGrid(0.5)).isEqualTo(1);
  }

  @Test
  void aTruncatedWeightFileIsFoundFromItsHeader() throws IOException {
    Path folder = copyOf("tiny-model-f32");
    Path weights = folder.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }

    assertProblem(folder, "model.safetensors", "4,541,952 bytes expected, 4,541,951 found");
  }

  @Test
  void aHeaderLongerThanItsFileIsRefused() throws IOException {
    Path folder = copyOf("tiny-model-f32");
    Files.write(
        folder.resolve("model.safetensors"), new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, 0});

    assertProblem(folder, "model.safetensors", "a header of 9223372036854775807 bytes");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Path folder = copyOf("tiny-model-bf16");
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));

    assertProblem(folder, "model-00002-of-00003.safetensors", "missing");
  }

  @Test
  void anIndexCannotReachOutsideItsFolder() {
    Path folder = copyOf("tiny-model-bf16");
    rewrite(
        folder.resolve("model.safetensors.index.json"),
        json -> json.replace("model-00002-of-00003.safetensors", "../elsewhere.safetensors"));

    assertProblem(folder, "index.json", "outside the folder");
  }

  @Test
  void brokenJsonIsLocatedAndNotQuoted() throws IOException {
    Path folder = copyOf("tiny-model-f32");
    Files.writeString(folder.resolve("config.json"), "{\n  \"model_type\": oops");

    assertProblem(folder, "config.json", "line 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1099511627776, 1099511627776]|[0, 4]",
        "[-1, -1]|[0, 4]",
        "[1]|[9223372036854775803, 9223372036854775807]",
        "[\"x\"]|[0, 0]"
      })
  void aTensorThatCannotBeInItsFileIsRefused(String shape, String offsets) throws IOException {
    Path folder = copyOf("tiny-model-f32");
    byte[] header =
        "{\"a\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": %s}}"
            .formatted(shape, offsets)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(
        folder.resolve("model.safetensors"), file.putLong(header.length).put(header).array());

    assertProblem(folder, "model.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "num_attention_heads, 0",
    "num_key_value_heads, 0",
    "num_heads, 0",
    "num_hidden_layers, 2147483647",
    "depth, 2147483647",
    "window_size, 0"
  })
  void sizesThatNoModelHasAreRefused(String key, String value) {
    Path folder = copyOf("tiny-model-f32");
    rewrite(
        folder.resolve("config.json"),
        json ->
            json.replaceAll("\"%s\": *\\d+".formatted(key), "\"%s\": %s".formatted(key, value)));

    assertProblem(folder, "config.json");
  }

  @Test
  void jsonThatIsNestedTooDeepIsRefusedWithoutAPlace() throws IOException {
    Path folder = copyOf("tiny-model-f32");
    Files.writeString(folder.resolve("config.json"), "[".repeat(5000));

    assertProblem(folder, "config.json", "no valid JSON");
  }

  private void assertProblem(Path folder, String... fragments) {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContainingAll(fragments);
  }

  private Path copyOf(String fixture) {
    try {
      Path folder = Files.createDirectories(temp.resolve(fixture));
      for (Path file : files(Fixtures.path(fixture))) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void rewrite(Path file, UnaryOperator<String> change) {
    try {
      String before = Files.readString(file);
      String after = change.apply(before);
      assertThat(after).isNotEqualTo(before);
      Files.writeString(file, after);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
