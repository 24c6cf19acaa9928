package io.github.qwenvlspark.runtime.schema;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The deterministic automaton of a language, which grows while it is walked. Confined to one thread
 * at a time.
 */
final class Automaton {
  /** States that are remembered; others are made again. */
  private static final int MOST_STATES = 50_000;

  private final Languages languages;
  private final int[] classes;

  /** The least byte of each class. */
  private final int[] representatives;

  private final int[] ascending;

  private final Map<Language, State> states = new HashMap<>();
  private final State start;

  Automaton(Languages languages, Language language) {
    this.languages = languages;
    languages.complete();
    classes = languages.byteClasses();
    representatives = new int[Arrays.stream(classes).max().orElseThrow() + 1];
    for (int value = 255; value >= 0; value--) {
      representatives[classes[value]] = value;
    }
    ascending = Arrays.stream(representatives).sorted().toArray();
    start = state(language);
  }

  State start() {
    return start;
  }

  /** The state in which {@code language} may follow. */
  State state(Language language) {
    if (states.size() >= MOST_STATES) {
      states.clear();
    }
    return states.computeIfAbsent(language, State::new);
  }

  /** What may follow. Compared by identity; a forgotten state is made again. */
  final class State {
    private final Language language;
    private final State[] next = new State[representatives.length];
    private int tokensNeeded = -1;

    State(Language language) {
      this.language = language;
    }

    Language language() {
      return language;
    }

    /** The state behind a byte. */
    State after(int value) {
      int c = classes[value];
      State known = next[c];
      if (known == null) {
        known = state(languages.after(language, representatives[c]));
        next[c] = known;
      }
      return known;
    }

    /** No word can be completed from here. */
    boolean isDead() {
      return language.shortest() == Language.NO_WORD;
    }

    /** A whole word has been read. */
    boolean accepts() {
      return language.acceptsEmpty();
    }

    /** A whole word has been read, and nothing may follow. */
    boolean isFinal() {
      return language == languages.empty();
    }

    /** The first byte of the least of the shortest words; there must be one byte. */
    int towardsTheEnd() {
      for (int value : ascending) {
        if (after(value).language().shortest() == language.shortest() - 1) {
          return value;
        }
      }
      throw new IllegalStateException("A shortest word has a first byte");
    }

    /** See {@link TokenTrie#tokensNeeded}; negative as long as nobody has asked. */
    int tokensNeeded() {
      return tokensNeeded;
    }

    void tokensNeeded(int tokens) {
      tokensNeeded = tokens;
    }
  }
}
