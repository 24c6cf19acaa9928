package io.github.qwenvlspark.runtime.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words that belong to several languages at once, as a finished deterministic automaton: a
 * shortest word is known in each of its states. Immutable.
 */
final class StateTable {
  /** Most states of a table; each holds 1 KiB. */
  static final int MOST_STATES = 4096;

  /** Most ways in which a text may be read at once. */
  private static final int MOST_ALTERNATIVES = 128;

  /** Where reading begins. */
  static final int START = 1;

  private static final int DEAD = 0;

  /** Most languages that are looked at, so that a refusal comes soon. */
  private static final int MOST_WORK = 4_000_000;

  private final List<int[]> rows = new ArrayList<>();
  private final List<Boolean> accepting = new ArrayList<>();
  private final int[] shortest;

  /**
   * Explores the common words of {@code languages}.
   *
   * @throws TooManyStatesException above {@link #MOST_STATES}
   */
  StateTable(Languages pool, List<Language> languages) {
    int[] classes = pool.byteClasses();
    int[] representative = new int[Arrays.stream(classes).max().orElseThrow() + 1];
    for (int value = 255; value >= 0; value--) {
      representative[classes[value]] = value;
    }
    Map<List<Language>, Integer> numbers = new HashMap<>();
    Deque<List<Language>> open = new ArrayDeque<>();
    rows.add(new int[256]);
    accepting.add(false);
    int work = 0;
    number(languages, numbers, open);
    while (!open.isEmpty()) {
      List<Language> state = open.poll();
      work += representative.length * state.stream().mapToInt(StateTable::alternatives).sum();
      if (work > MOST_WORK) {
        throw new TooManyStatesException();
      }
      int[] targets = new int[representative.length];
      for (int c = 0; c < targets.length; c++) {
        int value = representative[c];
        List<Language> next = state.stream().map(one -> pool.after(one, value)).toList();
        targets[c] = next.contains(pool.nothing()) ? DEAD : number(next, numbers, open);
      }
      int[] row = rows.get(numbers.get(state));
      for (int value = 0; value < 256; value++) {
        row[value] = targets[classes[value]];
      }
    }
    shortest = distances();
  }

  /**
   * Looks ahead along {@code language}, counts and all, for places that may be read in many ways at
   * once.
   *
   * @throws TooManyStatesException if there is one
   */
  static void requireFewAlternatives(Languages pool, Language language) {
    Set<Language> seen = new HashSet<>(Set.of(language));
    Deque<Language> open = new ArrayDeque<>(seen);
    int[] classes = pool.byteClasses();
    while (!open.isEmpty() && seen.size() < MOST_STATES) {
      Language state = open.poll();
      if (alternatives(state) > MOST_ALTERNATIVES) {
        throw new TooManyStatesException();
      }
      BitSet tried = new BitSet();
      for (int value = 0; value < 256; value++) {
        if (!tried.get(classes[value])) {
          tried.set(classes[value]);
          Language next = pool.after(state, value);
          if (next != pool.nothing() && seen.add(next)) {
            open.add(next);
          }
        }
      }
    }
  }

  private static int alternatives(Language language) {
    return language instanceof Language.Choice choice ? choice.alternatives().size() : 1;
  }

  private int number(
      List<Language> state, Map<List<Language>, Integer> numbers, Deque<List<Language>> open) {
    Integer known = numbers.get(state);
    if (known != null) {
      return known;
    }
    if (rows.size() > MOST_STATES) {
      throw new TooManyStatesException();
    }
    numbers.put(state, rows.size());
    rows.add(new int[256]);
    accepting.add(state.stream().allMatch(Language::acceptsEmpty));
    open.add(state);
    return rows.size() - 1;
  }

  /** Backwards from the accepting states, breadth first. */
  private int[] distances() {
    List<List<Integer>> sources = new ArrayList<>();
    rows.forEach(row -> sources.add(new ArrayList<>()));
    for (int state = 1; state < rows.size(); state++) {
      for (int target : Arrays.stream(rows.get(state)).distinct().toArray()) {
        sources.get(target).add(state);
      }
    }
    int[] distances = new int[rows.size()];
    Arrays.fill(distances, Language.NO_WORD);
    Deque<Integer> open = new ArrayDeque<>();
    for (int state = 1; state < rows.size(); state++) {
      if (accepting.get(state)) {
        distances[state] = 0;
        open.add(state);
      }
    }
    while (!open.isEmpty()) {
      int target = open.poll();
      for (int source : sources.get(target)) {
        if (distances[source] == Language.NO_WORD) {
          distances[source] = distances[target] + 1;
          open.add(source);
        }
      }
    }
    return distances;
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  int shortest(int state) {
    return shortest[state];
  }

  int after(int state, int value) {
    return rows.get(state)[value];
  }
}
