package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.engine.AnswerForm;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A JSON Schema, compiled for the vocabulary of one model: says at each step of an answer which
 * tokens may come next. Thread-safe; answers share its states and masks, which depend on nothing
 * but the schema and the vocabulary.
 */
public final class ResponseSchema {
  /** A mask of 152,000 tokens takes 19 kB. */
  private static final int MOST_MASKS = 256;

  private final TokenTrie trie;
  private final Automaton automaton;
  private final Map<Language, StateMask> masks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Language, StateMask> eldest) {
          return size() > MOST_MASKS;
        }
      };

  private ResponseSchema(Automaton automaton, TokenTrie trie) {
    this.automaton = automaton;
    this.trie = trie;
  }

  /**
   * Reads a schema without a model, as a driver does before it starts anything.
   *
   * @throws QwenVlException INVALID_REQUEST with all problems, each by its JSON pointer and keyword
   */
  public static void check(String json) {
    SchemaReader.read(json, new Languages());
  }

  /**
   * Compiles a schema.
   *
   * @throws QwenVlException INVALID_REQUEST with all problems, each by its JSON pointer and keyword
   */
  public static ResponseSchema compile(String json, TokenTrie trie) {
    Languages languages = new Languages();
    Language language = SchemaReader.read(json, languages);
    return new ResponseSchema(new Automaton(languages, language), trie);
  }

  /**
   * The form of answers of at most {@code maxNewTokens} tokens: each of them ends as a valid
   * document.
   *
   * @throws QwenVlException INVALID_REQUEST if not even the shortest document fits
   */
  public synchronized AnswerForm within(int maxNewTokens) {
    int needed = trie.tokensNeeded(automaton.start());
    if (needed > maxNewTokens) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "The shortest answer to response_schema takes %,d tokens, and max_new_tokens is %,d; raise max_new_tokens or ask for less"
              .formatted(needed, maxNewTokens));
    }
    return () -> new SchemaMask(this, maxNewTokens);
  }

  Automaton.State start() {
    return automaton.start();
  }

  /**
   * Tokens that may follow {@code state} so that a document can still be ended with {@code left}
   * tokens more, this one not counted.
   */
  synchronized BitSet allowed(Automaton.State state, int left) {
    try {
      return masks.computeIfAbsent(state.language().nearby(), this::mask).tokens(left);
    } catch (TooManyStatesException e) {
      throw ambiguous(e);
    }
  }

  private StateMask mask(Language language) {
    return new StateMask(trie, automaton.state(language));
  }

  /** The state behind a token. */
  synchronized Automaton.State after(Automaton.State state, int id) {
    try {
      Automaton.State next = state;
      for (byte value : trie.bytes(id)) {
        next = next.after(value & 0xff);
      }
      return next;
    } catch (TooManyStatesException e) {
      throw ambiguous(e);
    }
  }

  private static QwenVlException ambiguous(TooManyStatesException cause) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST,
        "response_schema lets an answer be read in more than %,d ways at once; let its alternatives differ earlier, and nest no counts in counts"
            .formatted(Languages.MOST_ALTERNATIVES),
        cause);
  }
}
