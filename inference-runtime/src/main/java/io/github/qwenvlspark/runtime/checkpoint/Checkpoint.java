package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model directory, read and verified. Immutable; holds no file open.
 *
 * @param name the folder's name, with that of the adapter behind a plus sign
 * @param chatTemplate the Jinja text that the checkpoint brings
 * @param adapter what was trained on top; {@code weights} are the base's until {@link #merged}
 */
public record Checkpoint(
    Path folder,
    String name,
    ModelConfig config,
    GenerationDefaults generation,
    PreprocessorConfig preprocessor,
    Weights weights,
    Path tokenizerFile,
    String chatTemplate,
    Optional<LoraAdapter> adapter) {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String LM_HEAD = "lm_head.weight";

  /**
   * Reads a Hugging Face checkpoint directory: small files whole, weights by their headers.
   *
   * @throws QwenVlException INVALID_REQUEST naming the file and what is wrong with it
   */
  public static Checkpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Cannot open model %s: no such folder; give a Hugging Face checkpoint directory with"
                  .formatted(folder)
              + " config.json, *.safetensors and tokenizer.json");
    }
    ModelConfig config = ModelConfig.read(require(folder, "config.json"));
    return new Checkpoint(
        folder,
        nameOf(folder),
        config,
        GenerationDefaults.read(folder.resolve("generation_config.json"), config),
        PreprocessorConfig.read(folder.resolve("preprocessor_config.json")),
        Weights.read(folder),
        require(folder, "tokenizer.json"),
        chatTemplate(folder),
        Optional.empty());
  }

  /**
   * The same checkpoint with a LoRA adapter, checked against its weights.
   *
   * @param adapterFolder what PEFT saved
   * @throws QwenVlException INVALID_REQUEST naming the file, the key and what is wrong
   */
  public Checkpoint with(Path adapterFolder) {
    return new Checkpoint(
        folder,
        name + "+" + nameOf(adapterFolder),
        config,
        generation,
        preprocessor,
        weights,
        tokenizerFile,
        chatTemplate,
        Optional.of(LoraAdapter.open(adapterFolder, this)));
  }

  /**
   * The same checkpoint with the adapter's changes in its weights, from a cache or computed into
   * it; the checkpoint itself where there is no adapter.
   *
   * @param fingerprint what {@link Fingerprint} says of this checkpoint
   */
  public Checkpoint merged(String fingerprint, WeightCache cache) {
    return adapter.map(lora -> plus(lora.merged(fingerprint, cache))).orElse(this);
  }

  /**
   * Published name of the matrix that gives the logits. A tied checkpoint uses the embedding even
   * where an {@code lm_head.weight} is stored.
   */
  public String outputHead() {
    return config.text().tieWordEmbeddings() || weights.find(LM_HEAD).isEmpty()
        ? EMBEDDING
        : LM_HEAD;
  }

  /** Element type of the embedding table, which is used as it is stored. */
  public TensorType embeddingType() {
    return weights.find(EMBEDDING).map(TensorLocation::type).orElse(TensorType.BF16);
  }

  /** The weights that inputs are multiplied with: not what is only looked up. */
  private List<TensorLocation> matrices() {
    return weights.all().values().stream()
        .filter(tensor -> tensor.shape().size() > 1)
        .filter(
            tensor -> {
              String published = Weights.publishedName(tensor.name());
              return published.equals(outputHead())
                  || !(published.equals(EMBEDDING) || published.equals(LM_HEAD));
            })
        .toList();
  }

  /**
   * The same checkpoint with its matrices in that precision, from a cache or computed into it.
   *
   * @param fingerprint what {@link Fingerprint} says of this checkpoint
   */
  public Checkpoint in(Precision precision, String fingerprint, WeightCache cache) {
    if (precision == Precision.FP32) {
      return this;
    }
    return plus(
        cache.tensors(
            precision.label() + "-block32-v1-" + fingerprint,
            writer -> matrices().forEach(m -> format(precision, m).announce(m, writer))));
  }

  /**
   * With 4 bits, those matrices keep 8 that see every token once and bear rounding worst: the
   * vision tower and the output head.
   */
  private static BlockFormat format(Precision precision, TensorLocation matrix) {
    boolean layer = Weights.publishedName(matrix.name()).startsWith("model.layers.");
    return precision == Precision.INT4 && layer ? BlockFormat.INT4 : BlockFormat.INT8;
  }

  private Checkpoint plus(Map<String, TensorLocation> computed) {
    return new Checkpoint(
        folder,
        name,
        config,
        generation,
        preprocessor,
        weights.plus(computed),
        tokenizerFile,
        chatTemplate,
        adapter);
  }

  private static String nameOf(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private static Path require(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw CheckpointProblem.in(file, "missing");
    }
    return file;
  }

  /** The three places where a template may stand, in the order in which transformers 5 looks. */
  private static String chatTemplate(Path folder) {
    Path jinja = folder.resolve("chat_template.jinja");
    if (Files.exists(jinja)) {
      return TextFile.read(jinja);
    }
    Optional<String> template =
        JsonFile.readIfPresent(folder.resolve("chat_template.json"))
            .string("chat_template")
            .or(
                () ->
                    JsonFile.readIfPresent(folder.resolve("tokenizer_config.json"))
                        .string("chat_template"));
    return template.orElseThrow(
        () ->
            CheckpointProblem.in(
                folder,
                "no chat template in chat_template.jinja, chat_template.json or"
                    + " tokenizer_config.json"));
  }
}
