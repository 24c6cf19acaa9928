package io.github.qwenvlspark.runtime.tokenizer;

import java.util.List;

/**
 * Looks for strings in an answer while it grows. A string counts once it is whole, wherever tokens
 * divide it. Confined to one thread.
 *
 * <p>Source: {@code StopStringCriteria} in transformers, generation/stopping_criteria.py.
 */
public final class StopStrings {
  private final List<String> strings;
  private final int longest;
  private final StreamingDecoder decoder;
  private final StringBuilder tail = new StringBuilder();

  public StopStrings(QwenTokenizer tokenizer, List<String> strings) {
    this.strings = List.copyOf(strings);
    this.longest = strings.stream().mapToInt(String::length).max().orElse(0);
    this.decoder = new StreamingDecoder(tokenizer);
  }

  /** Takes the next id; whether one of the strings has become whole with it. */
  public boolean endsWith(int id) {
    tail.append(decoder.add(id));
    boolean found = strings.stream().anyMatch(string -> tail.indexOf(string) >= 0);
    tail.delete(0, Math.max(0, tail.length() - longest + 1));
    return found;
  }
}
