package io.github.qwenvlspark.pipeline.config;

import java.util.List;

/**
 * What key information a task is to ask for.
 *
 * @param names of the fields, outermost only
 * @param template a JSON object with an empty value for each field, as prompts show it
 * @param responseSchema JSON Schema that answers are held to
 */
public record AskedFields(List<String> names, String template, String responseSchema) {
  public AskedFields {
    names = List.copyOf(names);
  }
}
