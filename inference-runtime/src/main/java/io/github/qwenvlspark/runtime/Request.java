package io.github.qwenvlspark.runtime;

import java.time.Duration;
import java.util.List;

/**
 * What the model is asked: a conversation whose last turn it answers. Immutable.
 *
 * @param timeout the answer fails with TIMEOUT unless it is there so long after it was asked for;
 *     zero for no limit
 */
public record Request(
    List<Message> messages, GenerationOptions generation, PromptOptions prompt, Duration timeout) {
  /** Without a limit of time. */
  public Request(List<Message> messages, GenerationOptions generation, PromptOptions prompt) {
    this(messages, generation, prompt, Duration.ZERO);
  }

  /** With {@link PromptOptions#DEFAULT}. */
  public Request(List<Message> messages, GenerationOptions generation) {
    this(messages, generation, PromptOptions.DEFAULT);
  }

  public Request {
    messages = List.copyOf(messages);
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("A timeout must not be negative: " + timeout);
    }
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("A request needs at least one message");
    }
  }
}
