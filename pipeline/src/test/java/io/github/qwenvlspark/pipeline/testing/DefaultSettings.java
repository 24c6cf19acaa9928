package io.github.qwenvlspark.pipeline.testing;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import java.util.Map;

/** The settings of whoever sets nothing, or little. */
public final class DefaultSettings {
  private DefaultSettings() {}

  public static RunSettings get() {
    return RunSettings.from(new Settings(Map.of()), 1);
  }

  public static RunSettings with(String key, String value) {
    return RunSettings.from(new Settings(Map.of(key, value)), 1);
  }
}
