package io.github.qwenvlspark.pipeline.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.runtime.GenerationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which columns a schema gives, and what the model is asked for. */
class TableFieldsTest {
  @TempDir Path folder;

  private TableFields json(String schema) throws IOException {
    return TableFields.of(Files.writeString(folder.resolve("fields.json"), schema).toString());
  }

  @Test
  void aListOfColumnsIsCopiedByTheModelAndTypedByTheTable() {
    TableFields fields =
        TableFields.of("day date, total decimal(18,2), items array<struct<name string>>");

    assertThat(TypedTable.schema(fields.fields()).toDDL())
        .contains("day DATE,total DECIMAL(18,2),items ARRAY<STRUCT<name: STRING>>")
        .startsWith("source_id STRING,uri STRING,part STRUCT<")
        .endsWith(
            "_problems ARRAY<STRUCT<field: STRING, value: STRING, reason: STRING>>,document_fingerprint STRING,request_key STRING,run_id STRING,read_at TIMESTAMP,deleted_at TIMESTAMP");
    assertThat(fields.asked().names()).containsExactly("day", "total", "items");
    assertThat(fields.asked().template())
        .isEqualTo("{\"day\":\"\",\"total\":\"\",\"items\":[{\"name\":\"\"}]}");
    assertThat(fields.responseSchema())
        .isEqualTo(
            "{\"type\":\"object\",\"required\":[\"day\",\"total\",\"items\"],\"properties\":{"
                + "\"day\":{\"type\":[\"string\",\"null\"]},\"total\":{\"type\":[\"string\",\"null\"]},"
                + "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\"],"
                + "\"properties\":{\"name\":{\"type\":[\"string\",\"null\"]}}}}}}");
    assertThat(GenerationOptions.greedy(500).withResponseSchema(fields.responseSchema()))
        .isNotNull();
  }

  @Test
  void aJsonSchemaGivesColumnsAndIsTheFormOfTheAnswers() throws IOException {
    String schema =
        """
        {"type": "object", "required": ["day"], "properties": {
          "day": {"type": "string", "format": "date"},
          "at": {"type": ["string", "null"], "format": "date-time"},
          "vendor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
          "count": {"type": "integer"}, "weight": {"type": "number"},
          "total": {"type": "number", "multipleOf": 0.01}, "paid": {"type": "boolean"},
          "currency": {"enum": ["EUR", "USD", null]},
          "items": {"type": "array", "items": {"$ref": "#/$defs/item"}}},
         "$defs": {"item": {"type": "object", "properties": {"name": {"type": "string"}}}}}
        """;

    TableFields fields = json(schema);

    assertThat(TypedTable.schema(fields.fields()).toDDL())
        .contains(
            "day DATE,at TIMESTAMP,vendor STRING,count BIGINT,weight DOUBLE,total DECIMAL(18,2),paid BOOLEAN,currency STRING,items ARRAY<STRUCT<name: STRING>>");
    assertThat(fields.responseSchema()).contains("\"multipleOf\":0.01").contains("$defs");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": "string"}                                                     | --schema: #: an object with properties is needed
          {"type": "object"}                                                     | --schema: #: an object needs properties to be a column
          {"type": "object", "properties": {"a": {}}}                            | --schema: #/properties/a: one type is needed, or one and "null"
          {"type": "object", "properties": {"a": {"type": ["string", "integer"]}}} | --schema: #/properties/a: one type is needed, or one and "null"
          {"type": "object", "properties": {"a": {"enum": [1, 2]}}}              | --schema: #/properties/a: an enum needs texts to be a column
          {"type": "object", "properties": {"a": {"$ref": "#/$defs/no"}}}        | --schema: #/properties/a: $ref leads nowhere; #/$defs/… is needed
          {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}}    | --schema: #/properties/a: a way back to itself
          {"type": "object", "properties": {"uri": {"type": "string"}}}          | --schema: the table has another column uri already
          {"type": "object", "properties": {"a b": {"type": "string"}}}          | --schema: "a b" cannot be a column: a name has no blanks and none of ,;{}()=.`
          """)
  void aSchemaThatIsNoTableIsRefusedWithItsPlace(String schema, String message) {
    assertThatThrownBy(() -> json(schema))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a map<string,string>  | --schema: a is map<string, string>; a field is string, int, bigint, double, decimal(p,s), boolean, date, timestamp, array<…> or struct<…>
          a array<float>        | --schema: a[] is float; a field is string, int, bigint, double, decimal(p,s), boolean, date, timestamp, array<…> or struct<…>
          a int, A int          | --schema: the table has another column A already
          total money           | --schema: cannot read "total money"; a file that ends in .json is needed, or columns such as "invoice_date date, total decimal(18,2)"
          """)
  void aListThatIsNoTableIsRefused(String list, String message) {
    assertThatThrownBy(() -> TableFields.of(list))
        .isInstanceOf(BadRequestException.class)
        .hasMessage(message);
  }

  @Test
  void aFileThatIsNoJsonIsRefusedWithItsLine() {
    assertThatThrownBy(() -> json("{\n\"type\": ,"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageEndingWith("fields.json, line 2: this is no JSON");
  }
}
