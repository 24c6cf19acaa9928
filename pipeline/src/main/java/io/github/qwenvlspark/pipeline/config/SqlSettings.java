package io.github.qwenvlspark.pipeline.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What functions in SQL ask, where no command line says it.
 *
 * @param model folder of the checkpoint; may be empty
 * @param taskFolder task files of the user
 */
public record SqlSettings(String model, Optional<Path> taskFolder) {
  public static final Setting<String> MODEL =
      Setting.text("spark.qwenvl.sql.model", "")
          .doc("Folder of the model that SQL functions ask, on driver and executors.");
  static final Setting<String> TASKS =
      Setting.text("spark.qwenvl.sql.tasks", "")
          .doc("Folder of task files for SQL functions, on the driver; empty for those we ship.");

  static final List<Setting<?>> ALL = List.of(MODEL, TASKS);

  /** Reads them; other settings are not looked at. */
  public static SqlSettings from(Settings settings) {
    return new SqlSettings(
        settings.get(MODEL),
        Optional.of(settings.get(TASKS)).filter(folder -> !folder.isEmpty()).map(Path::of));
  }

  /**
   * The model.
   *
   * @throws BadRequestException if none is set
   */
  public String requiredModel() {
    if (model.isBlank()) {
      throw new BadRequestException(
          "%s is not set: SET %s = /folder/of/the/checkpoint".formatted(MODEL.key(), MODEL.key()));
    }
    return model;
  }
}
