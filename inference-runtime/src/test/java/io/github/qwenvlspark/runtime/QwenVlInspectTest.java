package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a driver learns of a checkpoint before it starts anything. */
class QwenVlInspectTest {
  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    try (var files = Files.list(Fixtures.path("tiny-model-f32"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aSoundCheckpointHasANameAndAFingerprint() {
    InferenceEngine.ModelInfo info = QwenVl.inspect(folder);

    assertThat(info.name()).isEqualTo(folder.getFileName().toString());
    assertThat(info.fingerprint()).hasSize(64);
    assertThat(info.precision()).isEqualTo("fp32");
  }

  @Test
  void aMissingWeightIsNamed() throws IOException {
    rename(
        "model.language_model.layers.2.mlp.up_proj.weight",
        "model.language_model.layers.2.mlp.up_proj.wrongs");

    assertRefused("weight model.layers.2.mlp.up_proj.weight is missing");
  }

  @Test
  void aWeightOfAnotherShapeIsNamedWithBothShapes() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"intermediate_size\": 224", "\"intermediate_size\": 256"));

    assertRefused("mlp.gate_proj.weight has shape [224, 128]");
  }

  @Test
  void anUnknownChatTemplateIsRefused() throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");

    assertRefused("chat template (SHA-256");
  }

  /** The two names are of one length, so that no offset moves. */
  private void rename(String from, String to) throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    String latin1 = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(latin1).contains(from);
    Files.write(
        file, latin1.replace(from, to).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> QwenVl.inspect(folder))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContaining(message);
  }
}
