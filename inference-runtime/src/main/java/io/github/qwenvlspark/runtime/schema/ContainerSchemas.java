package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Schemas of type object and array, as the language of their documents. */
final class ContainerSchemas {
  private static final int MOST_PROPERTIES = 1_000;

  private final Languages languages;
  private final JsonWords words;
  private final SchemaKeywords keywords;
  private final SchemaProblems problems;
  private final Function<SchemaPlace, Language> inner;

  ContainerSchemas(
      Languages languages,
      JsonWords words,
      SchemaKeywords keywords,
      SchemaProblems problems,
      Function<SchemaPlace, Language> inner) {
    this.languages = languages;
    this.words = words;
    this.keywords = keywords;
    this.problems = problems;
    this.inner = inner;
  }

  /** Objects: members in the order of {@code properties}, none beside them. */
  Language object(SchemaPlace place) {
    JsonNode properties = place.get("properties");
    if (!properties.isMissingNode() && !properties.isObject()) {
      problems.add(place, "properties", "an object of names and schemas is needed");
    }
    if (properties.size() > MOST_PROPERTIES) {
      problems.add(place, "properties", "more than %,d".formatted(MOST_PROPERTIES));
      return languages.nothing();
    }
    JsonNode additional = place.get("additionalProperties");
    if (!additional.isMissingNode() && !additional.isBoolean()) {
      problems.add(
          place, "additionalProperties", "names must be known; list them under properties");
    } else if (properties.isEmpty() && (additional.isMissingNode() || additional.asBoolean())) {
      problems.add(
          place,
          "properties",
          "they are missing; only with additionalProperties: false an object without any is meant");
    }
    Set<String> required = required(place);
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    // From the back: what may follow a member that was written, and what may come first.
    Language later = languages.empty();
    Language first = languages.nothing();
    boolean canBeEmpty = true;
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = names.get(i);
      if (!SchemaKeywords.isUnicode(name)) {
        problems.add(place, "properties", "a name holds half a character");
      }
      Language member = words.member(name, inner.apply(place.under("properties", name)));
      Language alone = languages.sequence(member, later);
      Language next = languages.sequence(words.comma(), member);
      if (required.contains(name)) {
        first = alone;
        later = languages.sequence(next, later);
        canBeEmpty = false;
      } else {
        first = languages.choice(List.of(alone, first));
        later = languages.sequence(languages.optional(next), later);
      }
    }
    return words.enclosed("{", first, canBeEmpty ? languages.empty() : languages.nothing(), "}");
  }

  private Set<String> required(SchemaPlace place) {
    Set<String> names = new HashSet<>();
    JsonNode required = place.get("required");
    if (!required.isMissingNode() && !required.isArray()) {
      problems.add(place, "required", "a list of names is needed");
    }
    for (JsonNode name : required) {
      names.add(name.asText());
      if (!name.isTextual() || !place.get("properties").has(name.asText())) {
        problems.add(place, "required", "a name is not among the properties");
      }
    }
    return names;
  }

  /** Lists. */
  Language array(SchemaPlace place) {
    int least = keywords.count(place, "minItems", 0);
    int most = keywords.count(place, "maxItems", Languages.UNBOUNDED);
    if (place.get("uniqueItems").asBoolean()) {
      problems.add(place, "uniqueItems", "what was written before cannot be remembered");
    }
    List<Language> prefix = new ArrayList<>();
    for (int i = 0;
        place.has("prefixItems") && i < keywords.list(place, "prefixItems").size();
        i++) {
      prefix.add(inner.apply(place.under("prefixItems", i)));
    }
    boolean others = place.has("items") && !isFalse(place.get("items"));
    if (prefix.isEmpty() && !place.has("items") && most > 0) {
      problems.add(place, "items", "it is missing; any items at all cannot be held");
    }
    Language item = others ? inner.apply(place.under("items")) : languages.nothing();
    int longest = others ? most : Math.min(most, prefix.size());
    if (least > longest) {
      problems.add(
          place, "minItems", "%d is more than the most items (%d)".formatted(least, longest));
      return languages.nothing();
    }
    return words.enclosed(
        "[",
        items(prefix, item, least, longest),
        least == 0 ? languages.empty() : languages.nothing(),
        "]");
  }

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  /** At least one item: those of {@code prefix}, then any number of {@code item}. */
  private Language items(List<Language> prefix, Language item, int least, int most) {
    if (most == 0) {
      return languages.nothing();
    }
    int fixed = Math.min(most, Math.max(1, prefix.size()));
    Language later =
        most == fixed
            ? languages.empty()
            : languages.repeat(
                languages.sequence(words.comma(), item),
                Math.max(0, least - fixed),
                most == Languages.UNBOUNDED ? most : most - fixed);
    for (int i = fixed - 1; i > 0; i--) {
      Language here = languages.sequence(words.comma(), prefix.get(i), later);
      later = i < least ? here : languages.optional(here);
    }
    return languages.sequence(prefix.isEmpty() ? item : prefix.get(0), later);
  }
}
