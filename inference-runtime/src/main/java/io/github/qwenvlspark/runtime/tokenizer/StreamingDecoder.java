package io.github.qwenvlspark.runtime.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Text of an answer while it grows. A character may be spread over several tokens; its first bytes
 * are held back until it is whole. All pieces together equal the decoded whole. Confined to one
 * thread.
 */
public final class StreamingDecoder {
  private static final String REPLACEMENT = "\uFFFD";

  private final QwenTokenizer tokenizer;
  private final List<Integer> held = new ArrayList<>();

  public StreamingDecoder(QwenTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Takes the next id; gives what became readable, often the empty string. */
  public String add(int id) {
    held.add(id);
    String text = tokenizer.decode(held);
    if (text.endsWith(REPLACEMENT)) {
      return "";
    }
    held.clear();
    return text;
  }

  /** What is still held back, incomplete characters as U+FFFD. */
  public String finish() {
    String text = tokenizer.decode(held);
    held.clear();
    return text;
  }
}
