package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.udfs.measure.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The {@code spark.qwenvl.*} settings of a run. {@link #get} never throws: it notes the problem and
 * goes on, so that {@link #requireSound} can report all of them at once. Confined to one thread.
 */
public final class Settings {
  public static final String PREFIX = "spark.qwenvl.";

  /** A key further away than this is no misspelling. */
  private static final int MAX_TYPOS = 4;

  private final Map<String, String> values = new TreeMap<>();
  private final Set<String> problems = new LinkedHashSet<>();

  /** Keeps the settings that are ours, of whatever else Spark is told. */
  public Settings(Map<String, String> all) {
    all.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            values.put(key, value);
          }
        });
  }

  /** The value, or the default where it is missing or wrong. */
  public <T> T get(Setting<T> setting) {
    String text = values.get(setting.key());
    if (text == null) {
      return setting.parse(setting.defaultText());
    }
    try {
      return setting.parse(text);
    } catch (RuntimeException e) {
      problems.add(
          "%s = \"%s\": expected %s (default %s)"
              .formatted(setting.key(), text, setting.expected(), setting.defaultText()));
      return setting.parse(setting.defaultText());
    }
  }

  /**
   * Reports every wrong value and every unknown key.
   *
   * @throws BadRequestException if there is any
   */
  public void requireSound(Collection<Setting<?>> known) {
    List<String> keys = known.stream().map(Setting::key).toList();
    for (String key : values.keySet()) {
      if (!keys.contains(key)) {
        problems.add(key + ": no such setting" + suggestion(key, keys));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadRequestException(
          "%d %s wrong; nothing was started:%n  %s"
              .formatted(
                  problems.size(),
                  problems.size() == 1 ? "setting is" : "settings are",
                  String.join(System.lineSeparator() + "  ", problems)));
    }
  }

  private static String suggestion(String key, List<String> keys) {
    return keys.stream()
        .filter(known -> EditDistance.of(key, known) <= MAX_TYPOS)
        .min(Comparator.comparingInt(known -> EditDistance.of(key, known)))
        .map(known -> "; did you mean " + known + "?")
        .orElse("");
  }

  /** The values as given, by key; passwords are not shown. */
  public Map<String, String> values() {
    Map<String, String> shown = new TreeMap<>(values);
    shown.replaceAll((key, value) -> isSecret(key) ? Secret.SHOWN : value);
    return Map.copyOf(shown);
  }

  private static boolean isSecret(String key) {
    return key.toLowerCase(Locale.ROOT).endsWith("password");
  }
}
