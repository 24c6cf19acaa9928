package io.github.qwenvlspark.runtime.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes languages, equal ones once, and takes them apart byte by byte. Counted repetitions keep
 * their counts, so {@code {0,1000000}} costs as much as {@code *}. Confined to one thread at a
 * time.
 *
 * <p>Source: Brzozowski, Derivatives of Regular Expressions, Journal of the ACM 11 (1964).
 */
final class Languages {
  /** No upper count. */
  static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Most ways in which the beginning of an answer may be read at the same time. */
  static final int MOST_ALTERNATIVES = 4096;

  /** Derived languages that are remembered; they are made again when they are asked for. */
  private static final int MOST_DERIVED = 100_000;

  private record Pair(Language first, Language rest) {}

  private record Count(Language body, int least, int most) {}

  private record Place(StateTable table, int state) {}

  private final Map<Object, Language> written = new HashMap<>();
  private final Map<Object, Language> derived = new HashMap<>();
  private final Set<ByteSet> sets = new HashSet<>();
  private final Language nothing;
  private final Language empty;
  private boolean complete;
  private int ids;

  Languages() {
    nothing = new Language.Nothing(ids++);
    empty = new Language.Empty(ids++);
  }

  Language nothing() {
    return nothing;
  }

  Language empty() {
    return empty;
  }

  Language oneOf(ByteSet set) {
    if (set.isEmpty()) {
      return nothing;
    }
    Language known = known(set);
    if (known != null) {
      return known;
    }
    sets.add(set);
    return keep(set, new Language.OneByte(ids++, set));
  }

  /** The UTF-8 of a text. */
  Language text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Language language = empty;
    for (int i = bytes.length - 1; i >= 0; i--) {
      language = sequence(oneOf(ByteSet.of(bytes[i] & 0xff)), language);
    }
    return language;
  }

  /** One after the other. */
  Language sequence(Language... parts) {
    Language all = empty;
    for (int i = parts.length - 1; i >= 0; i--) {
      all = sequence(parts[i], all);
    }
    return all;
  }

  Language sequence(Language first, Language rest) {
    if (first == nothing || rest == nothing) {
      return nothing;
    }
    Deque<Language> parts = new ArrayDeque<>();
    Language last = first;
    while (last instanceof Language.Sequence sequence) {
      parts.push(sequence.first());
      last = sequence.rest();
    }
    Language whole = pair(last, rest);
    while (!parts.isEmpty()) {
      whole = pair(parts.pop(), whole);
    }
    return whole;
  }

  private Language pair(Language first, Language rest) {
    if (first == empty) {
      return rest;
    }
    if (rest == empty) {
      return first;
    }
    Pair key = new Pair(first, rest);
    Language known = known(key);
    return known != null ? known : keep(key, new Language.Sequence(ids++, first, rest, this));
  }

  Language optional(Language language) {
    return choice(List.of(empty, language));
  }

  Language choice(Collection<Language> languages) {
    Set<Language> flat = new HashSet<>();
    ByteSet bytes = ByteSet.NONE;
    Deque<Language> open = new ArrayDeque<>(languages);
    while (!open.isEmpty()) {
      Language next = open.pop();
      if (next instanceof Language.Choice choice) {
        choice.alternatives().forEach(open::push);
      } else if (next instanceof Language.OneByte one) {
        bytes = bytes.or(one.set());
      } else if (next != nothing) {
        flat.add(next);
      }
    }
    if (!bytes.isEmpty()) {
      flat.add(oneOf(bytes));
    }
    if (flat.size() < 2) {
      return flat.isEmpty() ? nothing : flat.iterator().next();
    }
    if (flat.size() > MOST_ALTERNATIVES) {
      throw new TooManyStatesException();
    }
    List<Language> key = flat.stream().sorted(Comparator.comparingInt(Language::id)).toList();
    Language known = known(key);
    return known != null ? known : keep(key, new Language.Choice(ids++, key, this));
  }

  /**
   * {@code least} to {@code most} words of {@code body}, {@link #UNBOUNDED} for any number above.
   */
  Language repeat(Language body, int least, int most) {
    if (most == 0 || body == empty) {
      return empty;
    }
    if (body == nothing) {
      return least == 0 ? empty : nothing;
    }
    if (least == 1 && most == 1) {
      return body;
    }
    int needed = body.acceptsEmpty() ? 0 : least;
    Count key = new Count(body, needed, most);
    Language known = known(key);
    return known != null ? known : keep(key, new Language.Repeat(ids++, body, needed, most, this));
  }

  Language table(StateTable table, int state) {
    if (table.shortest(state) == Language.NO_WORD) {
      return nothing;
    }
    Place key = new Place(table, state);
    Language known = known(key);
    return known != null ? known : keep(key, new Language.Table(ids++, table, state));
  }

  /** What may follow once {@code value} has been read. */
  Language after(Language language, int value) {
    if (language instanceof Language.OneByte one) {
      return one.set().contains(value) ? empty : nothing;
    }
    if (language instanceof Language.Sequence sequence) {
      Language within = sequence(after(sequence.first(), value), sequence.rest());
      return sequence.first().acceptsEmpty()
          ? choice(List.of(within, after(sequence.rest(), value)))
          : within;
    }
    if (language instanceof Language.Choice choice) {
      return choice(choice.alternatives().stream().map(one -> after(one, value)).toList());
    }
    if (language instanceof Language.Repeat repeat) {
      Language others =
          repeat(
              repeat.body(),
              Math.max(0, repeat.least() - 1),
              repeat.most() == UNBOUNDED ? UNBOUNDED : repeat.most() - 1);
      return sequence(after(repeat.body(), value), others);
    }
    if (language instanceof Language.Table place) {
      return table(place.table(), place.table().after(place.state(), value));
    }
    return nothing;
  }

  /**
   * Bytes that no language tells apart have the same number, counted from 0. To be asked for once
   * everything is written: derivatives bring no new distinction.
   */
  int[] byteClasses() {
    int[] classes = new int[256];
    int count = 1;
    for (ByteSet set : sets) {
      int[] split = new int[count];
      Arrays.fill(split, -1);
      int before = count;
      int[] sizes = new int[before];
      int[] members = new int[before];
      for (int value = 0; value < 256; value++) {
        sizes[classes[value]]++;
        members[classes[value]] += set.contains(value) ? 1 : 0;
      }
      for (int value = 0; value < 256; value++) {
        int old = classes[value];
        if (set.contains(value) && members[old] < sizes[old]) {
          if (split[old] < 0) {
            split[old] = count++;
          }
          classes[value] = split[old];
        }
      }
    }
    return classes;
  }

  /** What is made from now on is derived, and may be forgotten. */
  void complete() {
    complete = true;
  }

  /** Languages that are remembered. */
  int size() {
    return written.size() + derived.size();
  }

  private Language known(Object key) {
    Language known = written.get(key);
    return known != null ? known : derived.get(key);
  }

  private Language keep(Object key, Language language) {
    if (complete && derived.size() >= MOST_DERIVED) {
      derived.clear();
    }
    (complete ? derived : written).put(key, language);
    return language;
  }
}
