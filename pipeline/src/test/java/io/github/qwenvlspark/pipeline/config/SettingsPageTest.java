package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} is what the code says. */
class SettingsPageTest {
  @Test
  void thePageShowsEverySettingAsTheCodeHasIt() throws IOException {
    StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
    for (Setting<?> setting : RunSettings.ALL) {
      table.append(
          "| `%s` | `%s` | %s |%n".formatted(setting.key(), setting.defaultText(), setting.doc()));
    }
    assertThat(Files.readString(Path.of("../docs/settings.md")))
        .as("put this table into docs/settings.md:%n%s", table)
        .contains(table);
  }
}
