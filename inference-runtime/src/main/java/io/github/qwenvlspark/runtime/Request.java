package io.github.qwenvlspark.runtime;

import java.util.List;

/** What the model is asked: a conversation whose last turn it answers. Immutable. */
public record Request(List<Message> messages, GenerationOptions generation, PromptOptions prompt) {
  /** With {@link PromptOptions#DEFAULT}. */
  public Request(List<Message> messages, GenerationOptions generation) {
    this(messages, generation, PromptOptions.DEFAULT);
  }

  public Request {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("A request needs at least one message");
    }
  }
}
