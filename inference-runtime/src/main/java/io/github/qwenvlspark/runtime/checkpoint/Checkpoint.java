package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.file.Files;
import java.nio.file.Path;
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
   * The weights with the adapter's changes in them; the checkpoint itself where there is none.
   *
   * @param fingerprint {@link Fingerprint#of} this checkpoint, which names the merged weights
   */
  public Checkpoint merged(WeightCache cache, String fingerprint) {
    return adapter
        .map(
            lora ->
                new Checkpoint(
                    folder,
                    name,
                    config,
                    generation,
                    preprocessor,
                    weights.replacedBy(lora.merged(cache, fingerprint)),
                    tokenizerFile,
                    chatTemplate,
                    adapter))
        .orElse(this);
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
