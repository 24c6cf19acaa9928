package io.github.qwenvlspark.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be held is refused by place and keyword. */
class SchemaReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{}; #: type: it is missing",
        "true; #: schema: true and false say nothing",
        "[]; #: schema: an object is needed",
        "{\"type\":\"text\"}; #: type: one of object, array",
        "{\"type\":\"object\"}; #: properties: they are missing",
        "{\"type\":\"array\"}; #: items: it is missing",
        "{\"type\":\"string\",\"minimum\":1}; #: minimum: not supported for type string; known there are format, maxLength",
        "{\"type\":\"string\",\"format\":\"uri\"}; #: format: not supported; known are date, date-time",
        "{\"type\":\"string\",\"pattern\":\"(?=a)\"}; #: pattern: at character 2: only plain groups",
        "{\"type\":\"string\",\"pattern\":\"a{3,1}\"}; #: pattern: at character 5: a count runs backwards",
        "{\"type\":\"string\",\"pattern\":\"[a\"}; #: pattern: at character 2: a class is not closed",
        "{\"type\":\"string\",\"pattern\":\"(a\"}; #: pattern: at character 2: a group is not closed",
        "{\"type\":\"string\",\"pattern\":\"a)\"}; #: pattern: at character 1: unbalanced )",
        "{\"type\":\"string\",\"pattern\":\"a^b\"}; #: pattern: at character 2: an anchor inside",
        "{\"type\":\"string\",\"pattern\":\"a$b\"}; #: pattern: at character 2: an anchor inside",
        "{\"type\":\"string\",\"pattern\":\"(.)\\\\1\"}; #: pattern: at character 5: \\1 is not supported",
        "{\"type\":\"string\",\"pattern\":\"[^\\\\s\\\\S]\"}; #: pattern: at character 7: a class has no characters",
        "{\"type\":\"string\",\"pattern\":\".*a.{20}b\"}; #: pattern: it has more than 4,096 states",
        "{\"type\":\"string\",\"pattern\":\"^(a{1,100}){1,100}b(a{1,100}){1,100}$\"}; #: pattern: it has more than",
        "{\"type\":\"string\",\"pattern\":\"^a{5}$\",\"maxLength\":3}; #: pattern: no text meets it",
        "{\"type\":\"string\",\"minLength\":5,\"maxLength\":3}; #: minLength: 5 is more than maxLength (3)",
        "{\"type\":\"string\",\"minLength\":-1}; #: minLength: a whole number of at least 0",
        "{\"type\":\"string\",\"minLength\":1000000}; shortest document is longer than 65,536 bytes",
        "{\"type\":\"array\",\"minItems\":1000000,\"items\":{\"type\":\"null\"}}; shortest document is longer",
        "{\"type\":\"array\",\"minItems\":3,\"maxItems\":2,\"items\":{\"type\":\"null\"}}; #: minItems: 3 is more than the most items (2)",
        "{\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"null\"}}; #: uniqueItems: what was written",
        "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}; #: minimum: no number",
        "{\"type\":\"number\",\"maximum\":1e999999999}; #: maximum: a number in the range",
        "{\"type\":\"number\",\"multipleOf\":0.3}; #: multipleOf: only 1, 0.1, 0.01",
        "{\"enum\":[]}; #: enum: a list that is not empty",
        "{\"type\":\"string\",\"enum\":[1]}; #: enum: no value is of the type",
        "{\"const\":\"\\ud800\"}; #: const: a value holds half a character",
        "{\"enum\":[\"a\"],\"pattern\":\"a\"}; #: pattern: not supported beside enum",
        "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"x\"}]}; #/anyOf/1: type: one of object",
        "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}; #: oneOf: nothing shows that no value fits both 0 and 1",
        "{\"allOf\":[{\"type\":\"null\"},{\"type\":\"null\"}]}; #: allOf: only a single schema",
        "{\"not\":{}}; #: not: not supported",
        "{\"$ref\":\"#/$defs/a\"}; #: $ref: it leads to no schema",
        "{\"$ref\":\"other.json\"}; #: $ref: it leads to no schema",
        "{\"$ref\":\"#\"}; #: $ref: it leads back to a schema around it",
        "{\"type\":\"object\",\"properties\":{\"a/b\":{\"$ref\":\"#\"}}}; #/properties/a~1b: $ref: it leads back",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}},\"required\":[\"b\"]}; #: required: a name is not among",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}},\"additionalProperties\":{\"type\":\"null\"}}; #: additionalProperties: names must be known",
        "{\"type\":\"object\",\"propertys\":{}}; #: propertys: not supported for type object",
        "{\"type\":; response_schema cannot be used: it is no valid JSON at line 1"
      })
  void aSchemaThatCannotBeHeldIsRefusedByPlaceAndKeyword(String schema, String message) {
    assertThatThrownBy(() -> ResponseSchema.check(schema))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContaining(message);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String schema =
        """
        {"type": "object", "properties": {
          "a": {"type": "string", "format": "color"},
          "b": {"type": "array", "items": {"type": "number", "multipleOf": 7}},
          "c": {}}}
        """;

    assertThatThrownBy(() -> ResponseSchema.check(schema))
        .hasMessageContainingAll(
            "3 problems in response_schema:",
            "\n  #/properties/a: format:",
            "\n  #/properties/b/items: multipleOf:",
            "\n  #/properties/c: type:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"},{\"const\":3}]}",
        "{\"oneOf\":[{\"enum\":[\"a\",1]},{\"enum\":[\"b\",2]}]}",
        "{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"x\"}},\"required\":[\"kind\"]},"
            + "{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"y\"}},\"required\":[\"kind\"]}]}",
        "{\"type\":\"string\",\"nullable\":true,\"title\":\"t\",\"description\":\"d\",\"default\":\"\",\"x-order\":1}",
        "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"default\":null}",
        "{\"allOf\":[{\"$ref\":\"#/definitions/a\"}],\"definitions\":{\"a\":{\"type\":\"boolean\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\"}}}"
      })
  void usualFormsAreRead(String schema) {
    assertThatCode(() -> ResponseSchema.check(schema)).doesNotThrowAnyException();
  }

  @Test
  void aSchemaThatDoublesWithEveryReferenceIsRefusedSoon() {
    StringBuilder definitions = new StringBuilder("\"d0\":{\"type\":\"null\"}");
    for (int i = 1; i <= 20; i++) {
      definitions.append(
          ",\"d%d\":{\"type\":\"array\",\"prefixItems\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]}"
              .formatted(i, i - 1, i - 1));
    }

    assertThatThrownBy(
            () ->
                ResponseSchema.check(
                    "{\"$ref\":\"#/$defs/d20\",\"$defs\":{%s}}".formatted(definitions)))
        .hasMessageContaining("larger than 10,000 schemas");
  }

  @Test
  void aSchemaThatIsTooDeepOrTooLargeIsRefused() {
    String deep =
        "{\"type\":\"array\",\"items\":".repeat(100) + "{\"type\":\"null\"}" + "}".repeat(100);
    assertThatThrownBy(() -> ResponseSchema.check(deep)).hasMessageContaining("deeper than 64");

    String large = "{\"type\":\"null\",\"title\":\"%s\"}".formatted("x".repeat(300_000));
    assertThatThrownBy(() -> ResponseSchema.check(large))
        .hasMessageContaining("larger than 262,144");
  }

  @Test
  void jsonThatIsNestedTooDeepHasNoPlace() {
    assertThatThrownBy(() -> ResponseSchema.check("[".repeat(5000)))
        .hasMessage("response_schema cannot be used: it is no valid JSON");
  }

  @Test
  void aNumberThatNoDecimalHoldsIsRefused() {
    assertThatThrownBy(() -> ResponseSchema.check("{\"type\":\"number\",\"maximum\":1e9942949672}"))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("response_schema cannot be used: it holds a number");
  }
}
