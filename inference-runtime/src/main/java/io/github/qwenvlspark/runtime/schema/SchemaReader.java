package io.github.qwenvlspark.runtime.schema;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
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
  private static final int MOST_SHORTEST_BYTES = 1 << 16;

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
      JsonMapper.builder(new ExactNumbers(new JsonFactoryBuilder()))
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final JsonNode root;
  private final Languages languages;
  private final JsonWords words;
  private final SchemaProblems problems = new SchemaProblems();
  private final SchemaKeywords keywords = new SchemaKeywords(problems);
  private final NumberSchemas numbers;
  private final TextSchemas texts;
  private final ContainerSchemas containers;
  private final Map<String, Target> targets = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int schemas;

  /** What a reference leads to, read once, and how many schemas that is. */
  private record Target(Language language, int schemas) {}

  private SchemaReader(JsonNode root, Languages languages) {
    this.root = root;
    this.languages = languages;
    this.words = new JsonWords(languages);
    this.numbers = new NumberSchemas(languages, new NumberWords(languages), keywords, problems);
    this.texts = new TextSchemas(languages, words, keywords, problems);
    this.containers = new ContainerSchemas(languages, words, keywords, problems, this::schema);
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
      throw refused("it is no valid JSON" + where(e.getLocation()));
    } catch (NumberFormatException e) {
      throw refused("it holds a number whose exponent is too large");
    }
  }

  /** What is nested too deep or has too many digits comes without a place. */
  private static String where(JsonLocation location) {
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
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
      case "enum" -> values(place, "enum", keywords.list(place, "enum"));
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
      if (!SchemaKeywords.isUnicode(value.toString()) || !hasUsualNumbers(value)) {
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

  private static boolean hasUsualNumbers(JsonNode value) {
    if (value.isNumber()) {
      return SchemaKeywords.isUsual(value.decimalValue());
    }
    for (JsonNode child : value) {
      if (!hasUsualNumbers(child)) {
        return false;
      }
    }
    return true;
  }

  private Language alternatives(SchemaPlace place, String keyword) {
    List<Language> languageOfEach = new ArrayList<>();
    for (int i = 0; i < keywords.list(place, keyword).size(); i++) {
      languageOfEach.add(schema(place.under(keyword, i)));
    }
    return languages.choice(languageOfEach);
  }

  private Language oneOf(SchemaPlace place) {
    List<JsonNode> branches = keywords.list(place, "oneOf");
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
    if (keywords.list(place, "allOf").size() > 1) {
      problems.add(place, "allOf", "only a single schema is supported; write them as one");
    }
    return schema(place.under("allOf", 0));
  }

  private Set<SchemaType> types(SchemaPlace place) {
    JsonNode type = place.get("type");
    boolean sound = type.isMissingNode() || type.isTextual() || (type.isArray() && !type.isEmpty());
    List<JsonNode> names = type.isArray() ? keywords.list(place, "type") : List.of(type);
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
            case OBJECT -> containers.object(place);
            case ARRAY -> containers.array(place);
            case STRING -> texts.read(place);
            case NUMBER -> numbers.read(place, NumberWords.MOST_DECIMALS);
            case INTEGER -> numbers.read(place, 0);
            case BOOLEAN ->
                languages.choice(List.of(languages.text("true"), languages.text("false")));
            case NULL -> languages.text("null");
          });
    }
    return languages.choice(languageOfEach);
  }
}
