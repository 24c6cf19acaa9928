package io.github.qwenvlspark.runtime.schema;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens that may follow one state: all of them while there is room, and fewer when the end is
 * near. Confined to one thread at a time.
 */
final class StateMask {
  /** An ending is near for few steps, and the same few in all answers. */
  private static final int MOST_NEAR_THE_END = 8;

  private final TokenTrie trie;
  private final Automaton.State state;
  private final BitSet tokens = new BitSet();
  private final Map<Integer, BitSet> nearTheEnd =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, BitSet> eldest) {
          return size() > MOST_NEAR_THE_END;
        }
      };

  /** Bytes, and so more than tokens, of the longest among the shortest endings behind a token. */
  private int longestEnding;

  /** The different numbers of tokens that are needed behind a token; counted when they matter. */
  private int[] needed = {};

  StateMask(TokenTrie trie, Automaton.State state) {
    this.trie = trie;
    this.state = state;
    trie.walk(
        state,
        (id, behind) -> {
          tokens.set(id);
          longestEnding = Math.max(longestEnding, behind.language().shortest());
        });
    addEnd(tokens);
  }

  private void addEnd(BitSet allowed) {
    if (state.accepts()) {
      allowed.or(trie.endTokens());
    }
  }

  /** Tokens behind which the word can be ended with {@code left} more. */
  BitSet tokens(int left) {
    if (longestEnding < left) {
      return tokens;
    }
    if (needed.length == 0) {
      needed = countNeeded();
    }
    int found = Arrays.binarySearch(needed, left);
    int place = found < 0 ? -found - 2 : found;
    if (place == needed.length - 1) {
      return tokens;
    }
    // All numbers between two that are needed let the same tokens through.
    return nearTheEnd.computeIfAbsent(place < 0 ? -1 : needed[place], this::withEndingsUpTo);
  }

  private int[] countNeeded() {
    BitSet numbers = new BitSet();
    boolean[] endless = new boolean[1];
    trie.walk(
        state,
        (id, behind) -> {
          int number = trie.tokensNeeded(behind);
          if (number == Integer.MAX_VALUE) {
            endless[0] = true;
          } else {
            numbers.set(number);
          }
        });
    int[] counted = numbers.stream().toArray();
    if (!endless[0]) {
      return counted;
    }
    int[] withEndless = Arrays.copyOf(counted, counted.length + 1);
    withEndless[counted.length] = Integer.MAX_VALUE;
    return withEndless;
  }

  private BitSet withEndingsUpTo(int most) {
    BitSet allowed = new BitSet();
    trie.walk(
        state,
        (id, behind) -> {
          if (trie.tokensNeeded(behind) <= most) {
            allowed.set(id);
          }
        });
    addEnd(allowed);
    return allowed;
  }
}
