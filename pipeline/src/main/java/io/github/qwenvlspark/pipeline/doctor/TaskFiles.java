package io.github.qwenvlspark.pipeline.doctor;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Task files, those that are shipped and the user's.
 *
 * @param folder the user's
 */
record TaskFiles(Optional<Path> folder) implements Check {
  @Override
  public List<Finding> look() {
    try {
      return List.of(
          Finding.good("tasks", "%d can be used".formatted(Tasks.load(folder).all().size())));
    } catch (BadRequestException e) {
      return List.of(Finding.bad("tasks", e.getMessage()));
    }
  }
}
