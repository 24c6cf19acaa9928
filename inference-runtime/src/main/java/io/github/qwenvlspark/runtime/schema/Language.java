package io.github.qwenvlspark.runtime.schema;

import java.util.List;

/**
 * A regular language over bytes: the words that may still follow. {@link Languages} makes them, and
 * makes equal ones once, so that they are compared by identity. Immutable.
 */
abstract sealed class Language {
  /** {@link #shortest} of the language without a word. */
  static final int NO_WORD = Integer.MAX_VALUE;

  /** {@link #shortest} is counted up to here; nobody writes a longer answer. */
  private static final int MOST = 1 << 28;

  private final int id;
  private final boolean acceptsEmpty;
  private final int shortest;

  private Language(int id, boolean acceptsEmpty, long shortest) {
    this.id = id;
    this.acceptsEmpty = acceptsEmpty;
    this.shortest = shortest == NO_WORD ? NO_WORD : (int) Math.min(shortest, MOST);
  }

  /** Order of creation. */
  int id() {
    return id;
  }

  /** Whether the empty word belongs to it. */
  boolean acceptsEmpty() {
    return acceptsEmpty;
  }

  /** Bytes of the shortest word. */
  int shortest() {
    return shortest;
  }

  /**
   * This language without upper counts that are out of one token's reach: while a single token is
   * read, the two cannot be told apart, and their shortest words are the same.
   */
  abstract Language nearby();

  /** No word at all. */
  static final class Nothing extends Language {
    Nothing(int id) {
      super(id, false, NO_WORD);
    }

    @Override
    Language nearby() {
      return this;
    }
  }

  /** The empty word alone. */
  static final class Empty extends Language {
    Empty(int id) {
      super(id, true, 0);
    }

    @Override
    Language nearby() {
      return this;
    }
  }

  /** One byte of a set. */
  static final class OneByte extends Language {
    private final ByteSet set;

    OneByte(int id, ByteSet set) {
      super(id, false, 1);
      this.set = set;
    }

    ByteSet set() {
      return set;
    }

    @Override
    Language nearby() {
      return this;
    }
  }

  /** A word of {@code first}, which is no sequence itself, then one of {@code rest}. */
  static final class Sequence extends Language {
    private final Language first;
    private final Language rest;
    private final Language nearby;

    Sequence(int id, Language first, Language rest, Languages languages) {
      super(
          id,
          first.acceptsEmpty() && rest.acceptsEmpty(),
          (long) first.shortest() + rest.shortest());
      this.first = first;
      this.rest = rest;
      this.nearby =
          first == first.nearby() && rest == rest.nearby()
              ? this
              : languages.sequence(first.nearby(), rest.nearby());
    }

    Language first() {
      return first;
    }

    Language rest() {
      return rest;
    }

    @Override
    Language nearby() {
      return nearby;
    }
  }

  /** A word of any of at least two languages, none of them a choice, in the order of their ids. */
  static final class Choice extends Language {
    private final List<Language> alternatives;
    private final Language nearby;

    Choice(int id, List<Language> alternatives, Languages languages) {
      super(
          id,
          alternatives.stream().anyMatch(Language::acceptsEmpty),
          alternatives.stream().mapToInt(Language::shortest).min().orElseThrow());
      this.alternatives = alternatives;
      this.nearby =
          alternatives.stream().allMatch(one -> one == one.nearby())
              ? this
              : languages.choice(alternatives.stream().map(Language::nearby).toList());
    }

    List<Language> alternatives() {
      return alternatives;
    }

    @Override
    Language nearby() {
      return nearby;
    }
  }

  /** {@code least} to {@code most} words of {@code body}, kept as a count and never unrolled. */
  static final class Repeat extends Language {
    private final Language body;
    private final int least;
    private final int most;
    private final Language nearby;

    Repeat(int id, Language body, int least, int most, Languages languages) {
      super(id, least == 0, (long) least * body.shortest());
      this.body = body;
      this.least = least;
      this.most = most;
      boolean far = (long) most * Math.max(1, body.shortest()) > TokenTrie.LONGEST_TOKEN;
      int near = far ? Languages.UNBOUNDED : most;
      this.nearby =
          near == most && body == body.nearby()
              ? this
              : languages.repeat(body.nearby(), least, near);
    }

    Language body() {
      return body;
    }

    int least() {
      return least;
    }

    int most() {
      return most;
    }

    @Override
    Language nearby() {
      return nearby;
    }
  }

  /** What a deterministic table accepts from one of its states. */
  static final class Table extends Language {
    private final StateTable table;
    private final int state;

    Table(int id, StateTable table, int state) {
      super(id, table.accepts(state), table.shortest(state));
      this.table = table;
      this.state = state;
    }

    StateTable table() {
      return table;
    }

    int state() {
      return state;
    }

    @Override
    Language nearby() {
      return this;
    }
  }
}
