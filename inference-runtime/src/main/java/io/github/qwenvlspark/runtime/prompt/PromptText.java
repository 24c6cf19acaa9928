package io.github.qwenvlspark.runtime.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A prompt's text under construction, in pieces that are tokenized one by one.
 *
 * <p>Markup comes from the template and may hold special tokens. Plain text comes from users and
 * documents: where it spells a special token, a cut goes through the middle, so that the string is
 * tokenized as the ordinary text that it is. Without such strings there is one piece, and the ids
 * are those of the reference. Confined to one thread.
 */
public final class PromptText {
  private final Pattern specialStrings;
  private final List<String> pieces = new ArrayList<>();
  private final StringBuilder piece = new StringBuilder();
  private final StringBuilder plain = new StringBuilder();

  public PromptText(Set<String> specialStrings) {
    this.specialStrings =
        Pattern.compile(
            specialStrings.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  /** Adds text of the template. */
  public PromptText markup(String text) {
    endPlain();
    piece.append(text);
    return this;
  }

  /** Adds text that nobody vouches for. */
  public PromptText plain(String text) {
    plain.append(text);
    return this;
  }

  /**
   * Neighbouring plain texts are searched as one: together they may spell what neither does alone.
   */
  private void endPlain() {
    Matcher found = specialStrings.matcher(plain);
    int from = 0;
    while (found.find()) {
      if (!found.group().isEmpty()) {
        int cut = found.start() + 1;
        piece.append(plain, from, cut);
        endPiece();
        from = cut;
      }
    }
    piece.append(plain, from, plain.length());
    plain.setLength(0);
  }

  private void endPiece() {
    pieces.add(piece.toString());
    piece.setLength(0);
  }

  /** The pieces, to be tokenized one by one and joined. */
  public List<String> pieces() {
    endPlain();
    if (!piece.isEmpty()) {
      endPiece();
    }
    return List.copyOf(pieces);
  }

  @Override
  public String toString() {
    return String.join("", pieces());
  }
}
