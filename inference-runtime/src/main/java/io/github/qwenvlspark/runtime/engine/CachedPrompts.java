package io.github.qwenvlspark.runtime.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which prompt each row of the cache holds, live or left behind: a new prompt that begins like one
 * of them (the same page under another task, the same examples before another page) takes its keys
 * and values from there. Confined to the engine's worker thread.
 */
final class CachedPrompts {
  private final List<Optional<PreparedRequest>> byRow;

  CachedPrompts(int rows) {
    byRow = new ArrayList<>(Collections.nCopies(rows, Optional.empty()));
  }

  /**
   * The beginning of a prompt that is in the cache already.
   *
   * @param row where
   * @param tokens how many tokens of it; 0 if there is none
   * @param visuals how many whole pictures and clips are among them
   */
  record Prefix(int row, int tokens, int visuals) {
    static final Prefix NONE = new Prefix(0, 0, 0);
  }

  /** The longest beginning of {@code request} that a row holds. */
  Prefix longestFor(PreparedRequest request) {
    Prefix longest = Prefix.NONE;
    for (int row = 0; row < byRow.size(); row++) {
      if (byRow.get(row).isPresent()) {
        Prefix prefix = shared(row, byRow.get(row).get(), request);
        if (prefix.tokens() > longest.tokens()) {
          longest = prefix;
        }
      }
    }
    return longest;
  }

  private static Prefix shared(int row, PreparedRequest held, PreparedRequest request) {
    // The last two are always read: their run says what comes next, and two is its least length.
    int most = request.promptTokens() - 2;
    int tokens = Math.min(most, mismatch(held, request));
    int visuals = 0;
    int start = 0;
    int count = Math.min(held.visuals().size(), request.visuals().size());
    while (visuals < count && start < tokensBefore(request, tokens)) {
      int end = start + request.visuals().get(visuals).embeddings();
      boolean same =
          held.visuals().get(visuals).digest().equals(request.visuals().get(visuals).digest());
      if (!same || end > tokensBefore(request, tokens)) {
        return new Prefix(row, request.visualPositions()[start], visuals);
      }
      start = end;
      visuals++;
    }
    return new Prefix(row, Math.max(0, tokens), visuals);
  }

  /** How many of the first {@code tokens} tokens belong to pictures. */
  private static int tokensBefore(PreparedRequest request, int tokens) {
    int place = Arrays.binarySearch(request.visualPositions(), tokens);
    return place < 0 ? -place - 1 : place;
  }

  /** Tokens that are equal, in id and position, from the first one on. */
  private static int mismatch(PreparedRequest held, PreparedRequest request) {
    int ids = Arrays.mismatch(held.inputIds(), request.inputIds());
    int places = Arrays.mismatch(held.positions(), request.positions());
    int most = Math.min(held.promptTokens(), request.promptTokens());
    return Math.min(ids < 0 ? most : ids, places < 0 ? most : places / 3);
  }

  /** The row holds the whole prompt from now on. */
  void put(int row, PreparedRequest prompt) {
    byRow.set(row, Optional.of(prompt));
  }

  /** The row is being written over. */
  void clear(int row) {
    byRow.set(row, Optional.empty());
  }

  /** Row {@code to} holds what row {@code from} holds. */
  void copy(int from, int to) {
    byRow.set(to, byRow.get(from));
  }
}
