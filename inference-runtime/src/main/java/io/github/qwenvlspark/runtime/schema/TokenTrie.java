package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * A vocabulary as a tree of bytes: tokens with a common beginning share its walk. Immutable, made
 * once for each model. The nodes lie in preorder, so that a walk reads memory forwards and leaves a
 * subtree out by one jump.
 */
public final class TokenTrie {
  /**
   * Bytes of the longest token that is offered: longer ones are rules of dashes and the like, and
   * the shorter a token reaches, the more states have the same mask.
   */
  static final int LONGEST_TOKEN = 32;

  private static final int NO_TOKEN = -1;

  /** An answer whose shortest ending is longer is never begun. */
  private static final int LONGEST_ENDING = 1 << 16;

  private final List<byte[]> bytesOfTokens;
  private final BitSet endTokens = new BitSet();

  /** For each node its last byte, its length, its token or -1, and the node behind its subtree. */
  private final byte[] labels;

  private final short[] depths;
  private final int[] tokens;
  private final int[] behind;

  /** Nodes of single bytes. */
  private final int[] roots = new int[256];

  /**
   * Of a vocabulary.
   *
   * @param bytesOfTokens the bytes of each id; none for special tokens, and for ids without token
   * @param endTokens ids that end an answer
   * @throws QwenVlException INVALID_REQUEST if a byte has no token of its own: then no answer could
   *     be sure of its end
   */
  public TokenTrie(List<byte[]> bytesOfTokens, Set<Integer> endTokens) {
    this.bytesOfTokens = List.copyOf(bytesOfTokens);
    endTokens.forEach(this.endTokens::set);
    List<Integer> ids = sorted();
    int[] lengths = new int[ids.size()];
    int nodes = 0;
    byte[] before = new byte[0];
    for (int i = 0; i < lengths.length; i++) {
      byte[] bytes = bytesOfTokens.get(ids.get(i));
      lengths[i] = common(before, bytes);
      nodes += bytes.length - lengths[i];
      before = bytes;
    }
    labels = new byte[nodes];
    depths = new short[nodes];
    tokens = new int[nodes];
    behind = new int[nodes];
    fill(ids, lengths);
    requireEveryByte();
  }

  private List<Integer> sorted() {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < bytesOfTokens.size(); id++) {
      int length = bytesOfTokens.get(id).length;
      if (length > 0 && length <= LONGEST_TOKEN && !endTokens.get(id)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Arrays.compareUnsigned(bytesOfTokens.get(a), bytesOfTokens.get(b)));
    return ids;
  }

  private static int common(byte[] a, byte[] b) {
    int end = Math.min(a.length, b.length);
    int differ = Arrays.mismatch(a, 0, end, b, 0, end);
    return differ < 0 ? end : differ;
  }

  private void fill(List<Integer> ids, int[] common) {
    Arrays.fill(tokens, NO_TOKEN);
    Arrays.fill(roots, NO_TOKEN);
    int[] open = new int[LONGEST_TOKEN + 1];
    int depth = 0;
    int node = 0;
    for (int i = 0; i < common.length; i++) {
      byte[] bytes = bytesOfTokens.get(ids.get(i));
      for (; depth > common[i]; depth--) {
        behind[open[depth]] = node;
      }
      for (; depth < bytes.length; node++) {
        labels[node] = bytes[depth];
        depth++;
        depths[node] = (short) depth;
        open[depth] = node;
        if (depth == 1) {
          roots[bytes[0] & 0xff] = node;
        }
      }
      if (tokens[open[depth]] == NO_TOKEN) {
        tokens[open[depth]] = ids.get(i);
      }
    }
    for (; depth > 0; depth--) {
      behind[open[depth]] = node;
    }
  }

  private void requireEveryByte() {
    for (int value = 0; value < 256; value++) {
      if (roots[value] == NO_TOKEN || tokens[roots[value]] == NO_TOKEN) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "response_schema needs a byte-level tokenizer, and this checkpoint's has no token for the byte 0x%02x; ask without response_schema"
                .formatted(value));
      }
    }
  }

  /** The bytes of a token; none for a special token, or none at all. */
  byte[] bytes(int id) {
    return id < bytesOfTokens.size() ? bytesOfTokens.get(id) : new byte[0];
  }

  BitSet endTokens() {
    return endTokens;
  }

  /** Hears of a token that may come next, and of the state behind it. */
  @FunctionalInterface
  interface Visitor {
    void token(int id, Automaton.State behind);
  }

  /** Goes through all tokens that may follow {@code from}, end tokens left out. */
  void walk(Automaton.State from, Visitor visitor) {
    Automaton.State[] path = new Automaton.State[LONGEST_TOKEN + 1];
    path[0] = from;
    for (int node = 0; node < labels.length; ) {
      int depth = depths[node];
      Automaton.State state = path[depth - 1].after(labels[node] & 0xff);
      if (state.isDead()) {
        node = behind[node];
        continue;
      }
      path[depth] = state;
      if (tokens[node] != NO_TOKEN) {
        visitor.token(tokens[node], state);
      }
      node++;
    }
  }

  /**
   * Tokens that surely suffice to end a word from {@code state}, the end token included where the
   * word could go on: the fewest for the least of the shortest endings. A token of that ending
   * leads to a state that needs one token less, so whoever keeps this many tokens comes to an end.
   *
   * @return {@link Integer#MAX_VALUE} if there is no ending of a reasonable length
   */
  int tokensNeeded(Automaton.State state) {
    if (state.tokensNeeded() >= 0) {
      return state.tokensNeeded();
    }
    int length = state.language().shortest();
    if (length > LONGEST_ENDING) {
      return Integer.MAX_VALUE;
    }
    byte[] ending = new byte[length];
    Automaton.State[] states = new Automaton.State[length + 1];
    states[0] = state;
    for (int i = 0; i < length; i++) {
      int value = states[i].towardsTheEnd();
      ending[i] = (byte) value;
      states[i + 1] = states[i].after(value);
    }
    int[] needed = new int[length + 1];
    needed[length] = states[length].isFinal() ? 0 : 1;
    for (int i = length - 1; i >= 0; i--) {
      needed[i] = 1 + fewestBehindAToken(ending, i, needed);
      states[i].tokensNeeded(needed[i]);
    }
    state.tokensNeeded(needed[0]);
    return needed[0];
  }

  private int fewestBehindAToken(byte[] ending, int from, int[] needed) {
    int fewest = needed[from + 1];
    int node = roots[ending[from] & 0xff];
    for (int at = from + 1; at < ending.length; at++) {
      node = child(node, ending[at]);
      if (node == NO_TOKEN) {
        break;
      }
      if (tokens[node] != NO_TOKEN) {
        fewest = Math.min(fewest, needed[at + 1]);
      }
    }
    return fewest;
  }

  private int child(int node, byte label) {
    for (int child = node + 1; child < behind[node]; child = behind[child]) {
      if (labels[child] == label) {
        return child;
      }
    }
    return NO_TOKEN;
  }
}
