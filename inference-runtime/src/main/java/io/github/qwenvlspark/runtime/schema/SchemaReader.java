package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a JSON Schema (draft 2020-12, the part that a regular language can hold) as the language of
 * its documents: members in the order of {@code properties}, none beside them. Every document of
 * the language is valid; a schema of which this cannot be said is refused with all its problems.
 */
final class SchemaReader {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_DEPTH = 64;
  private static final int MOST_SCHEMAS = 10_000;
  private static final int MOST_PROPERTIES = 1_000;
  private static final int MOST_SHORTEST_BYTES = 1 << 16;

  /** Largest scale and precision of a bound: those of a double, generously. */
  private static final int MOST_NUMBER_SIZE = 400;

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  /**
   * Keywords that say by themselves what the value is, in the order in which they are looked for.
   */
  private static final List<String> WHOLES =
      List.of("$ref", "const", "enum", "anyOf", "oneOf", "allOf");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonNode root;
  private final Languages languages;
  private final JsonWords words;
  private final NumberWords numbers;
  private final SchemaProblems problems = new SchemaProblems();
  private final Map<String, Target> targets = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int schemas;

  /** What a reference leads to, read once, and how many schemas that is. */
  private record Target(Language language, int schemas) {}

  private SchemaReader(JsonNode root, Languages languages) {
    this.root = root;
    this.languages = languages;
    this.words = new JsonWords(languages);
    this.numbers = new NumberWords(languages);
  }

  /**
   * The documents of a schema.
   *
   * @throws QwenVlException INVALID_REQUEST with all problems
   */
  static Language read(String json, Languages languages) {
    if (json.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw refused("it is larger than %,d bytes; say less".formatted(MOST_BYTES));
    }
    SchemaReader reader = new SchemaReader(parse(json), languages);
    SchemaPlace all = SchemaPlace.root(reader.root);
    Language language;
    try {
      language = reader.schema(all);
      reader.problems.throwIfAny();
    } catch (TooManyStatesException e) {
      throw refused("too many alternatives begin alike; let them differ earlier");
    }
    if (language.shortest() > MOST_SHORTEST_BYTES) {
      throw refused(
          "its shortest document is longer than %,d bytes; lower minItems or minLength"
              .formatted(MOST_SHORTEST_BYTES));
    }
    return language;
  }

  private static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw refused(
          "it is no valid JSON at line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private static QwenVlException refused(String what) {
    return new QwenVlException(
        ErrorType.INVALID_REQUEST, "response_schema cannot be used: " + what);
  }

  private Language schema(SchemaPlace place) {
    if (++schemas > MOST_SCHEMAS) {
      throw refused(
          "with its references written out it is larger than %,d schemas".formatted(MOST_SCHEMAS));
    }
    if (place.depth() > MOST_DEPTH) {
      throw refused("it is nested deeper than %d schemas".formatted(MOST_DEPTH));
    }
    if (!place.node().isObject()) {
      problems.add(
          place,
          "schema",
          place.node().isBoolean()
              ? "true and false say nothing about a value; name its type"
              : "an object is needed");
      return languages.nothing();
    }
    for (String whole : WHOLES) {
      if (place.has(whole)) {
        return nullable(place, whole(place, whole));
      }
    }
    return byTypes(place);
  }

  private Language nullable(SchemaPlace place, Language language) {
    return place.get("nullable").asBoolean()
        ? languages.choice(List.of(language, languages.text("null")))
        : language;
  }

  private Language whole(SchemaPlace place, String keyword) {
    boolean values = keyword.equals("const") || keyword.equals("enum");
    requireKeywords(
        place, values ? Set.of(keyword, "type") : Set.of(keyword), " beside " + keyword);
    return switch (keyword) {
      case "$ref" -> reference(place);
      case "const" -> values(place, "const", List.of(place.get("const")));
      case "enum" -> values(place, "enum", list(place, "enum"));
      case "anyOf" -> alternatives(place, "anyOf");
      case "oneOf" -> oneOf(place);
      default -> allOf(place);
    };
  }

  private void requireKeywords(SchemaPlace place, Set<String> known, String where) {
    for (Map.Entry<String, JsonNode> entry : place.node().properties()) {
      String keyword = entry.getKey();
      if (keyword.equals("nullable")) {
        requireBoolean(place, keyword);
      } else if (!known.contains(keyword)
          && !ANNOTATIONS.contains(keyword)
          && !keyword.startsWith("x-")) {
        problems.add(
            place,
            keyword,
            "not supported%s; known there are %s"
                .formatted(where, String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  private void requireBoolean(SchemaPlace place, String keyword) {
    if (!place.get(keyword).isBoolean()) {
      problems.add(place, keyword, "true or false is needed");
    }
  }

  private List<JsonNode> list(SchemaPlace place, String keyword) {
    List<JsonNode> items = new ArrayList<>();
    place.get(keyword).forEach(items::add);
    if (!place.get(keyword).isArray() || items.isEmpty()) {
      problems.add(place, keyword, "a list that is not empty is needed");
    }
    return items;
  }

  private Language reference(SchemaPlace place) {
    String reference = place.get("$ref").asText();
    Optional<JsonNode> target = target(reference);
    if (target.isEmpty()) {
      problems.add(place, "$ref", "it leads to no schema in this document; only #/… is followed");
      return languages.nothing();
    }
    if (!open.add(reference)) {
      problems.add(
          place, "$ref", "it leads back to a schema around it; write the levels out that you need");
      return languages.nothing();
    }
    Target known = targets.get(reference);
    if (known == null) {
      int before = schemas;
      Language language = schema(new SchemaPlace(reference, target.get(), place.depth() + 1));
      known = new Target(language, schemas - before);
      targets.put(reference, known);
    } else {
      schemas += Math.min(known.schemas(), MOST_SCHEMAS);
    }
    open.remove(reference);
    return known.language();
  }

  private Optional<JsonNode> target(String reference) {
    if (reference.equals("#")) {
      return Optional.of(root);
    }
    if (!reference.startsWith("#/") || reference.contains("%")) {
      return Optional.empty();
    }
    JsonNode node = root.at(JsonPointer.compile(reference.substring(1)));
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  private Language values(SchemaPlace place, String keyword, List<JsonNode> values) {
    Set<SchemaType> types = types(place);
    List<Language> languageOfEach = new ArrayList<>();
    for (JsonNode value : values) {
      if (!isUnicode(value.toString()) || !hasUsualNumbers(value)) {
        problems.add(place, keyword, "a value holds half a character, or a number out of range");
      } else if (!place.has("type") || types.stream().anyMatch(type -> type.fits(value))) {
        languageOfEach.add(words.value(value));
      }
    }
    if (languageOfEach.isEmpty()) {
      problems.add(place, keyword, "no value is of the type that stands beside it");
    }
    return languages.choice(languageOfEach);
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean hasUsualNumbers(JsonNode value) {
    if (value.isNumber()) {
      return isUsual(value.decimalValue());
    }
    for (JsonNode child : value) {
      if (!hasUsualNumbers(child)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUsual(BigDecimal number) {
    return Math.abs(number.scale()) <= MOST_NUMBER_SIZE && number.precision() <= MOST_NUMBER_SIZE;
  }

  private Language alternatives(SchemaPlace place, String keyword) {
    List<Language> languageOfEach = new ArrayList<>();
    for (int i = 0; i < list(place, keyword).size(); i++) {
      languageOfEach.add(schema(place.under(keyword, i)));
    }
    return languages.choice(languageOfEach);
  }

  private Language oneOf(SchemaPlace place) {
    List<JsonNode> branches = list(place, "oneOf");
    Exclusion exclusion = new Exclusion(reference -> target(reference));
    for (int i = 0; i < branches.size(); i++) {
      for (int j = i + 1; j < branches.size(); j++) {
        if (!exclusion.holds(branches.get(i), branches.get(j))) {
          problems.add(
              place,
              "oneOf",
              "nothing shows that no value fits both %d and %d: give them other types, or a required property with other values; or use anyOf"
                  .formatted(i, j));
        }
      }
    }
    return alternatives(place, "oneOf");
  }

  private Language allOf(SchemaPlace place) {
    if (list(place, "allOf").size() > 1) {
      problems.add(place, "allOf", "only a single schema is supported; write them as one");
    }
    return schema(place.under("allOf", 0));
  }

  private Set<SchemaType> types(SchemaPlace place) {
    JsonNode type = place.get("type");
    boolean sound = type.isMissingNode() || type.isTextual() || (type.isArray() && !type.isEmpty());
    List<JsonNode> names = type.isArray() ? list(place, "type") : List.of(type);
    for (JsonNode name : names) {
      sound &= type.isMissingNode() || SchemaType.of(name.asText()).isPresent();
    }
    if (!sound) {
      problems.add(
          place, "type", "one of object, array, string, number, integer, boolean, null is needed");
    }
    return SchemaType.of(place.node());
  }

  private Language byTypes(SchemaPlace place) {
    Set<SchemaType> types = types(place);
    if (types.isEmpty() && !place.has("type")) {
      problems.add(place, "type", "it is missing; any value at all cannot be held");
    }
    Set<String> known = new TreeSet<>(Set.of("type"));
    types.forEach(type -> known.addAll(type.keywords()));
    requireKeywords(
        place,
        known,
        types.isEmpty()
            ? ""
            : " for type " + String.join(", ", types.stream().map(SchemaType::label).toList()));
    List<Language> languageOfEach = new ArrayList<>();
    for (SchemaType type : types) {
      languageOfEach.add(
          switch (type) {
            case OBJECT -> object(place);
            case ARRAY -> array(place);
            case STRING -> string(place);
            case NUMBER -> number(place, NumberWords.MOST_DECIMALS);
            case INTEGER -> number(place, 0);
            case BOOLEAN ->
                languages.choice(List.of(languages.text("true"), languages.text("false")));
            case NULL -> languages.text("null");
          });
    }
    return languages.choice(languageOfEach);
  }

  private Language object(SchemaPlace place) {
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
      if (!isUnicode(name)) {
        problems.add(place, "properties", "a name holds half a character");
      }
      Language member = words.member(name, schema(place.under("properties", name)));
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

  private Language array(SchemaPlace place) {
    int least = count(place, "minItems", 0);
    int most = count(place, "maxItems", Languages.UNBOUNDED);
    if (place.get("uniqueItems").asBoolean()) {
      problems.add(place, "uniqueItems", "what was written before cannot be remembered");
    }
    List<Language> prefix = new ArrayList<>();
    for (int i = 0; place.has("prefixItems") && i < list(place, "prefixItems").size(); i++) {
      prefix.add(schema(place.under("prefixItems", i)));
    }
    boolean others = place.has("items") && !isFalse(place.get("items"));
    if (prefix.isEmpty() && !place.has("items") && most > 0) {
      problems.add(place, "items", "it is missing; any items at all cannot be held");
    }
    Language item = others ? schema(place.under("items")) : languages.nothing();
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

  private int count(SchemaPlace place, String keyword, int fallback) {
    JsonNode value = place.get(keyword);
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.isNumber()
        || !isUsual(value.decimalValue())
        || value.decimalValue().signum() < 0
        || !SchemaType.INTEGER.fits(value)) {
      problems.add(place, keyword, "a whole number of at least 0 is needed");
      return fallback;
    }
    return value.decimalValue().min(BigDecimal.valueOf(Languages.UNBOUNDED)).intValue();
  }

  private Language string(SchemaPlace place) {
    int least = count(place, "minLength", 0);
    int most = count(place, "maxLength", Languages.UNBOUNDED);
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

  private Language number(SchemaPlace place, int mostDecimals) {
    Optional<NumberWords.Bound> low = bound(place, "minimum", "exclusiveMinimum", 1);
    Optional<NumberWords.Bound> high = bound(place, "maximum", "exclusiveMaximum", -1);
    int decimals = decimals(place, mostDecimals);
    if (low.isEmpty() && high.isEmpty() && decimals == NumberWords.MOST_DECIMALS) {
      return numbers.any();
    }
    Language between = numbers.between(low, high, decimals);
    if (between == languages.nothing()) {
      problems.add(
          place, low.isPresent() ? "minimum" : "maximum", "no number of usual length is in bounds");
    }
    return between;
  }

  /** The stricter one of two bounds; {@code sign} is 1 where the larger one is stricter. */
  private Optional<NumberWords.Bound> bound(
      SchemaPlace place, String included, String excluded, int sign) {
    Optional<BigDecimal> wide = decimal(place, included);
    Optional<BigDecimal> strict = decimal(place, excluded);
    boolean isStrict =
        strict.isPresent() && (wide.isEmpty() || strict.get().compareTo(wide.get()) * sign >= 0);
    return isStrict
        ? strict.map(value -> new NumberWords.Bound(value, true))
        : wide.map(value -> new NumberWords.Bound(value, false));
  }

  private Optional<BigDecimal> decimal(SchemaPlace place, String keyword) {
    JsonNode value = place.get(keyword);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isNumber() || !isUsual(value.decimalValue())) {
      problems.add(place, keyword, "a number in the range of a double is needed");
      return Optional.empty();
    }
    return Optional.of(value.decimalValue());
  }

  private int decimals(SchemaPlace place, int most) {
    Optional<BigDecimal> step = decimal(place, "multipleOf").map(BigDecimal::stripTrailingZeros);
    if (step.isEmpty()) {
      return most;
    }
    boolean isPowerOfTen =
        step.get().unscaledValue().intValue() == 1 && step.get().precision() == 1;
    if (!isPowerOfTen || step.get().scale() < 0 || step.get().scale() > NumberWords.MOST_DECIMALS) {
      problems.add(place, "multipleOf", "only 1, 0.1, 0.01 and so on can be held");
      return most;
    }
    return Math.min(most, step.get().scale());
  }
}
