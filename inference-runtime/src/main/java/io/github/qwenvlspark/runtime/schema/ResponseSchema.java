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
  private static final int MOST_MASKS = 512;

  private final TokenTrie trie;
  private final Automaton automaton;
  private final Map<Language, Mask> masks =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Language, Mask> eldest) {
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
    Mask mask = masks.get(state.language().nearby());
    if (mask == null) {
      mask = mask(automaton.state(state.language().nearby()));
      masks.put(state.language().nearby(), mask);
    }
    return mask.longestEnding() < left ? mask.tokens() : mask(state, left);
  }

  /** The state behind a token. */
  synchronized Automaton.State after(Automaton.State state, int id) {
    Automaton.State next = state;
    for (byte value : trie.bytes(id)) {
      next = next.after(value & 0xff);
    }
    return next;
  }

  /**
   * What may follow a state while there is room.
   *
   * @param longestEnding bytes, and so more than tokens, of the longest among the shortest endings
   *     behind each token
   */
  private record Mask(BitSet tokens, int longestEnding) {}

  private Mask mask(Automaton.State state) {
    BitSet allowed = new BitSet();
    int[] longest = new int[1];
    trie.walk(
        state,
        (id, behind) -> {
          allowed.set(id);
          longest[0] = Math.max(longest[0], behind.language().shortest());
        });
    if (state.accepts()) {
      allowed.or(trie.endTokens());
    }
    return new Mask(allowed, longest[0]);
  }

  /** The same when the end is near. */
  private BitSet mask(Automaton.State state, int left) {
    BitSet allowed = new BitSet();
    trie.walk(
        state,
        (id, behind) -> {
          if (behind.language().shortest() < left || trie.tokensNeeded(behind) <= left) {
            allowed.set(id);
          }
        });
    if (state.accepts()) {
      allowed.or(trie.endTokens());
    }
    return allowed;
  }
}
