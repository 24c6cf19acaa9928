package io.github.qwenvlspark.pipeline.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks that are known: those we ship, and those of a user's folder, which win. */
public final class Tasks {
  /** Files of {@code conf/tasks}, which the jar holds too. */
  private static final List<String> SHIPPED =
      List.of(
          "ocr",
          "key_information",
          "document_parsing",
          "caption",
          "recognition",
          "grounding",
          "ocr_spotting",
          "chart_or_table",
          "video_caption",
          "video_events",
          "video_grounding",
          "agent_mobile",
          "agent_computer",
          "prompt",
          "messages");

  private final Map<String, TaskFile> files = new LinkedHashMap<>();

  /** The shipped tasks, and those of {@code folder} where one is given. */
  public static Tasks load(Optional<Path> folder) {
    Tasks tasks = new Tasks();
    SHIPPED.forEach(name -> tasks.files.put(name, shipped(name)));
    folder.ifPresent(tasks::addFolder);
    return tasks;
  }

  private static TaskFile shipped(String name) {
    String resource = "/tasks/" + name + ".yaml";
    try (InputStream in = Tasks.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks " + resource);
      }
      return TaskFile.read(
          "conf" + resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("The jar cannot be read", e);
    }
  }

  private void addFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new BadRequestException("Cannot read tasks from %s: no such folder".formatted(folder));
    }
    try (var entries = Files.newDirectoryStream(folder, "*.{yaml,yml}")) {
      for (Path file : entries) {
        String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        TaskFile task = TaskFile.read(file);
        task.requireName(name);
        files.put(name, task);
      }
    } catch (IOException e) {
      throw new BadRequestException("Cannot read tasks from " + folder, e);
    }
  }

  /**
   * What people see of a task.
   *
   * @param task as published models are asked
   * @param description one line; empty if there is none
   * @param source where it was read
   * @param text the file as it was written
   */
  public record Listed(Task task, String description, String source, String text) {}

  /**
   * All tasks, each of which is looked at for all models.
   *
   * @throws BadRequestException if a file is wrong, naming file and line
   */
  public List<Listed> all() {
    return files.values().stream()
        .map(file -> new Listed(file.check(), file.description(), file.source(), file.text()))
        .toList();
  }

  public List<String> names() {
    return new ArrayList<>(files.keySet());
  }

  /**
   * A task for a model.
   *
   * @throws BadRequestException if there is no such task, or its file is wrong
   */
  public Task get(String name, String modelName) {
    TaskFile file = files.get(name);
    if (file == null) {
      throw new BadRequestException(
          "No task \"%s\"; known are %s".formatted(name, String.join(", ", files.keySet())));
    }
    return file.forModel(modelName);
  }
}
