package io.github.qwenvlspark.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseSchemaTest {
  private static final Writer WRITER = Writer.of(1500, 1);
  private static final String INVOICE =
      """
      {"type": "object",
       "properties": {
         "vendor": {"type": "string"},
         "date": {"type": ["string", "null"], "format": "date"},
         "items": {"type": "array", "maxItems": 3, "items": {
           "type": "object",
           "properties": {"name": {"type": "string"}, "price": {"type": "number", "minimum": 0}},
           "required": ["name", "price"]}}},
       "required": ["vendor", "items"]}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"vendor\":\"a\",\"items\":[]}",
        "{\"vendor\": \"a\", \"date\": \"2024-02-29\", \"items\": []}",
        "{\"vendor\": \"\u4e2d\u6587 \ud83d\ude00\", \"date\": null, \"items\": [{\"name\": \"x\", \"price\": 1.50}]}",
        "{\"vendor\": \"\\u00e9 \\ud83d\\ude00 \\\" \\/\", \"items\": []}",
        "{\n  \"vendor\": \"a\",\n  \"items\": [\n    {\n      \"name\": \"x\",\n      \"price\": 0\n    }\n  ]\n}",
        "{ \"vendor\": \"a\", \"items\": [ { \"name\": \"\", \"price\": 12 } ] }"
      })
  void whatTheModelWouldSayIsLeftAsItIsWhereItIsValid(String document) {
    assertThat(WRITER.write(INVOICE, 400, WRITER.wanting(document)))
        .isEqualTo(new Writer.Answer(document, tokens(document), true));
  }

  private static int tokens(String document) {
    return WRITER.write(INVOICE, 400, WRITER.wanting(document)).tokens();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Here is the JSON: {\"vendor\": \"a\", \"items\": []}",
        "```json\n{\"vendor\": \"a\", \"items\": []}\n```",
        "{\"items\": [], \"vendor\": \"a\"}",
        "{\"vendor\": \"a\"}",
        "{\"vendor\": \"a\", \"date\": \"2023-02-29\", \"items\": []}",
        "{\"vendor\": \"a\", \"items\": [{\"name\": \"x\", \"price\": -1}]}",
        "{\"vendor\": \"a\", \"other\": 1, \"items\": []}",
        "{\"vendor\": \"\\ud83d\", \"items\": []}",
        "{\"vendor\": \"a\nb\", \"items\": []}",
        "{\"vendor\" : \"a\", \"items\": []}"
      })
  void whatIsInvalidCannotBeSaid(String document) {
    assertThat(WRITER.write(INVOICE, 400, WRITER.wanting(document)).text()).isNotEqualTo(document);
  }

  @Test
  void anEndlessTextIsClosedBeforeTheTokensRunOut() {
    Writer.Answer answer =
        WRITER.write(
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}",
            24,
            WRITER.wanting("{\"a\": \"" + "x".repeat(500)));

    assertThat(answer.text()).startsWith("{\"a\": \"xxxx").endsWith("x\"}");
    assertThat(answer.ended()).isTrue();
    assertThat(answer.tokens()).isLessThanOrEqualTo(24);
  }

  @Test
  void anAnswerEndsAtOnceWhereNothingMayFollowAndByTheEndTokenElsewhere() {
    assertThat(WRITER.write("{\"type\":\"boolean\"}", 9, WRITER.wanting("true")))
        .isEqualTo(new Writer.Answer("true", 1, true));
    assertThat(WRITER.write("{\"type\":\"integer\"}", 9, WRITER.wanting("345")))
        .isEqualTo(new Writer.Answer("345", 2, true));
  }

  @Test
  void tooFewTokensForTheShortestDocumentAreRefusedWithBothNumbers() {
    ResponseSchema schema = ResponseSchema.compile(INVOICE, WRITER.trie());

    assertThatThrownBy(() -> schema.within(5))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContainingAll("max_new_tokens is 5", "takes " + shortest(INVOICE));
    assertThat(
            WRITER
                .write(schema, shortest(INVOICE), WRITER.wanting("{\"vendor\": \"long long"))
                .ended())
        .isTrue();
  }

  private static int shortest(String schema) {
    return WRITER.trie().tokensNeeded(ResponseSchema.compile(schema, WRITER.trie()).start());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'\"minimum\": -5, \"maximum\": 12'; -5 0 7 12; -6 13 -0 05 1.0",
        "'\"minimum\": 100'; 100 1000 999999999999999999; 99 -100",
        "'\"exclusiveMinimum\": 0, \"exclusiveMaximum\": 3'; 1 2; 0 3",
        "'\"maximum\": -8'; -8 -10 -99; -7 8 0",
        "'\"multipleOf\": 1'; 0 -3 17; 1.5"
      })
  void wholeNumbersKeepTheirBounds(String bounds, String inside, String outside) {
    requireNumbers("integer", bounds, inside, outside);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; 0 -0 1.5 -12.25e-3 1E+10 0.000; 01 .5 1. +1 1e100 NaN",
        "'\"minimum\": 0'; 0 0.0 0.001 12.5; -0.001 -1 1e3",
        "'\"minimum\": 0.25, \"maximum\": 1.5'; 0.25 0.250 0.3 1 1.5 1.50 1.49999; 0.2 0.249 1.501 1.6 2 0",
        "'\"minimum\": -1.5, \"maximum\": -0.5'; -1.5 -1 -0.5 -0.75; -1.6 -0.4 0 1",
        "'\"exclusiveMinimum\": 2'; 2.1 3 2.000000000000001; 2 2.0 1.9",
        "'\"exclusiveMaximum\": 0, \"minimum\": -0.1'; -0.1 -0.05; 0 -0.2",
        "'\"multipleOf\": 0.01, \"minimum\": 0'; 12.34 5 7.1; 1.234 -1"
      })
  void numbersKeepTheirBoundsExactly(String bounds, String inside, String outside) {
    requireNumbers("number", bounds, inside, outside);
  }

  private static void requireNumbers(String type, String bounds, String inside, String outside) {
    String schema = "{\"type\":\"%s\"%s}".formatted(type, bounds.isEmpty() ? "" : ", " + bounds);
    for (String number : inside.split(" ", -1)) {
      assertThat(accepts(schema, number)).as(number).isTrue();
    }
    for (String number : outside.split(" ", -1)) {
      assertThat(accepts(schema, number)).as(number).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "date; 2024-02-29 2000-02-29 1999-12-31; 2023-02-29 1900-02-29 2024-04-31 2024-13-01 2024-1-1",
        "time; 23:59:59Z 00:00:00.123+01:30; 24:00:00Z 12:00Z 12:00:00",
        "date-time; 2024-02-29T12:30:00Z; 2024-02-30T12:30:00Z 2024-02-29",
        "uuid; 123e4567-e89b-12d3-a456-426614174000; 123e4567e89b12d3a456426614174000",
        "email; a.b+c@mail.example.org; a..b@example.org @example.org a@b",
        "ipv4; 127.0.0.1 255.255.255.255; 256.0.0.1 1.2.3"
      })
  void formatsHoldTheirTexts(String format, String inside, String outside) {
    String schema = "{\"type\":\"string\",\"format\":\"%s\"}".formatted(format);
    for (String text : inside.split(" ", -1)) {
      assertThat(accepts(schema, "\"" + text + "\"")).as(text).isTrue();
    }
    for (String text : outside.split(" ", -1)) {
      assertThat(accepts(schema, "\"" + text + "\"")).as(text).isFalse();
    }
  }

  @Test
  void lengthsCountCharactersAndNotBytes() {
    String schema = "{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}";

    assertThat(accepts(schema, "\"\ud83d\ude00\\ud83d\\ude00\u00e9\"")).isTrue();
    assertThat(accepts(schema, "\"\ud83d\ude00\"")).isFalse();
    assertThat(accepts(schema, "\"abcd\"")).isFalse();
  }

  @Test
  void patternsAreSearchedForUnlessTheyAreAnchored() {
    assertThat(accepts("{\"type\":\"string\",\"pattern\":\"b+c\"}", "\"aabbcaa\"")).isTrue();
    assertThat(accepts("{\"type\":\"string\",\"pattern\":\"^b+c$\"}", "\"aabbcaa\"")).isFalse();
    assertThat(accepts("{\"type\":\"string\",\"pattern\":\"^b+c$\"}", "\"bbc\"")).isTrue();
    assertThat(
            accepts("{\"type\":\"string\",\"pattern\":\"^[a-z]+$\",\"maxLength\":3}", "\"abcd\""))
        .isFalse();
  }

  @Test
  void valuesMayHoldQuotesAndUnicodeAndWholeObjects() {
    String schema = "{\"enum\":[\"say \\\"\u00e9\\\"\\n\", {\"a\":[1,null]}, 1.50]}";

    assertThat(accepts(schema, "\"say \\\"\u00e9\\\"\\n\"")).isTrue();
    assertThat(accepts(schema, "{\"a\": [1, null]}")).isTrue();
    assertThat(accepts(schema, "1.50")).isTrue();
    assertThat(accepts(schema, "\"say \\\"\\u00e9\\\"\\n\"")).as("another form").isFalse();
  }

  @Test
  void referencesAndTenLevelsAreFollowed() {
    String schema = "{\"$defs\":{\"leaf\":{\"enum\":[\"x\"]}},\"$ref\":\"#/$defs/leaf\"}";
    assertThat(accepts(schema, "\"x\"")).isTrue();

    String nested = "{\"type\":\"integer\"}";
    for (int i = 0; i < 10; i++) {
      nested =
          "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"array\",\"items\":%s}}}"
              .formatted(nested);
    }
    assertThat(accepts(nested, "{\"a\":[".repeat(10) + "7" + "]}".repeat(10))).isTrue();
  }

  @Test
  void emptyObjectsAndListsAreMeantOnlyWhereTheySaySo() {
    assertThat(accepts("{\"type\":\"object\",\"additionalProperties\":false}", "{}")).isTrue();
    assertThat(accepts("{\"type\":\"array\",\"maxItems\":0}", "[]")).isTrue();
    assertThat(accepts("{\"type\":\"array\",\"minItems\":1,\"items\":{\"const\":1}}", "[]"))
        .isFalse();
  }

  @Test
  void aMillionItemsOrCharactersCostNoMoreThanAny() {
    String schema =
        "{\"type\":\"array\",\"maxItems\":1000000,\"items\":{\"type\":\"string\",\"pattern\":\"^[a-z]{1,100000}$\"}}";
    Languages languages = new Languages();

    Language documents = SchemaReader.read(schema, languages);

    assertThat(documents.shortest()).isEqualTo(2);
    assertThat(languages.size()).isLessThan(10_000);
  }

  @Test
  void maskOfATextIsSharedByItsInnerStates() {
    ResponseSchema schema =
        ResponseSchema.compile("{\"type\":\"string\",\"maxLength\":100000}", WRITER.trie());
    Automaton.State inside = schema.after(schema.start(), '"' + 1);
    Automaton.State later = schema.after(schema.after(inside, 'a' + 1), 'b' + 1);

    assertThat(later).isNotSameAs(inside);
    assertThat(schema.allowed(later, 1000)).isSameAs(schema.allowed(inside, 1000));
  }

  @Test
  void aVocabularyWithoutSingleBytesIsRefused() {
    List<byte[]> words = List.of(new byte[0], "word".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> new TokenTrie(words, Set.of(0)))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContainingAll("response_schema", "byte-level tokenizer", "0x00");
  }

  private static boolean accepts(String schema, String document) {
    Languages languages = new Languages();
    Language language = SchemaReader.read(schema, languages);
    for (byte value : document.getBytes(StandardCharsets.UTF_8)) {
      language = languages.after(language, value & 0xff);
    }
    return language.acceptsEmpty();
  }
}
