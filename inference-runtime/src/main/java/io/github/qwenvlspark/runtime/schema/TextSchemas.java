package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Schemas of type string, as the language of their texts. */
final class TextSchemas {
  private final Languages languages;
  private final JsonWords words;
  private final SchemaKeywords keywords;
  private final SchemaProblems problems;

  TextSchemas(
      Languages languages, JsonWords words, SchemaKeywords keywords, SchemaProblems problems) {
    this.languages = languages;
    this.words = words;
    this.keywords = keywords;
    this.problems = problems;
  }

  /** The texts, in quotes. */
  Language read(SchemaPlace place) {
    int least = keywords.count(place, "minLength", 0);
    int most = keywords.count(place, "maxLength", Languages.UNBOUNDED);
    if (least > most) {
      problems.add(place, "minLength", "%d is more than maxLength (%d)".formatted(least, most));
    }
    List<Language> conditions = new ArrayList<>();
    format(place).ifPresent(conditions::add);
    pattern(place).ifPresent(conditions::add);
    if (conditions.isEmpty() || place.has("minLength") || place.has("maxLength")) {
      conditions.add(languages.repeat(words.character(), least, Math.max(least, most)));
    }
    return words.quoted(conditions.size() == 1 ? conditions.get(0) : all(place, conditions));
  }

  private Optional<Language> format(SchemaPlace place) {
    if (!place.has("format")) {
      return Optional.empty();
    }
    Optional<String> pattern = TextFormats.pattern(place.get("format").asText());
    if (pattern.isEmpty()) {
      problems.add(place, "format", "not supported; known are " + TextFormats.known());
    }
    return pattern.map(known -> PatternReader.read(known, languages, words));
  }

  private Optional<Language> pattern(SchemaPlace place) {
    JsonNode pattern = place.get("pattern");
    if (pattern.isMissingNode()) {
      return Optional.empty();
    }
    if (!pattern.isTextual()) {
      problems.add(place, "pattern", "text is needed");
      return Optional.empty();
    }
    try {
      Language language = PatternReader.read(pattern.textValue(), languages, words);
      // Only to see that it stays small; counts beyond a token's reach make no difference.
      StateTable unused = new StateTable(languages, List.of(language.nearby()));
      StateTable.requireFewAlternatives(languages, language);
      return Optional.of(language);
    } catch (PatternReader.PatternException e) {
      problems.add(place, "pattern", e.getMessage());
    } catch (TooManyStatesException e) {
      problems.add(
          place,
          "pattern",
          "it has more than %,d states; anchor it with ^ and $, lower its counts, and nest no counts"
              .formatted(StateTable.MOST_STATES));
    }
    return Optional.empty();
  }

  /** Texts that meet all conditions. */
  private Language all(SchemaPlace place, List<Language> conditions) {
    try {
      Language both = languages.table(new StateTable(languages, conditions), StateTable.START);
      if (both == languages.nothing()) {
        problems.add(place, "pattern", "no text meets it and what stands beside it");
      }
      return both;
    } catch (TooManyStatesException e) {
      problems.add(
          place,
          "pattern",
          "with the lengths beside it, it has more than %,d states; lower maxLength, or put the count into the pattern"
              .formatted(StateTable.MOST_STATES));
      return languages.nothing();
    }
  }
}
