package io.github.qwenvlspark.runtime.checkpoint;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model directory, read and verified. Immutable; holds no file open.
 *
 * @param name the folder's name
 * @param chatTemplate the Jinja text that the checkpoint brings
 */
public record Checkpoint(
    Path folder,
    String name,
    ModelConfig config,
    GenerationDefaults generation,
    PreprocessorConfig preprocessor,
    Weights weights,
    Path tokenizerFile,
    String chatTemplate) {

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
        folder.toAbsolutePath().normalize().getFileName().toString(),
        config,
        GenerationDefaults.read(folder.resolve("generation_config.json"), config),
        PreprocessorConfig.read(folder.resolve("preprocessor_config.json")),
        Weights.read(folder),
        require(folder, "tokenizer.json"),
        chatTemplate(folder));
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
