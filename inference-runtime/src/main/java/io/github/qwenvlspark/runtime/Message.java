package io.github.qwenvlspark.runtime;

import java.util.List;

/**
 * One turn of a conversation; {@code role} is {@code system}, {@code user}, {@code assistant} or
 * whatever else: the template copies it as it is.
 */
public record Message(String role, List<Part> content) {
  public Message {
    if (role.isBlank()) {
      throw new IllegalArgumentException("A message needs a role");
    }
    content = List.copyOf(content);
  }

  public static Message system(String text) {
    return new Message("system", List.of(new Part.Text(text)));
  }

  public static Message user(Part... content) {
    return new Message("user", List.of(content));
  }
}
