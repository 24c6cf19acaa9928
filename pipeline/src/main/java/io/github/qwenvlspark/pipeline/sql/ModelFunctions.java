package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.etl.TableFields;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.CreateMap;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The functions that ask the model. NULL in, NULL out; NULL where a document, or one of its pages,
 * has no answer: {@code qwenvl_answers} says why.
 */
final class ModelFunctions {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType TEXTS = DataTypes.createMapType(TEXT, TEXT);
  private static final String URI = "* uri - address of a picture, PDF or clip.\n";

  static final List<ModelFunction> ALL =
      List.of(
          ofDocument(
              "qwenvl_ocr",
              "_FUNC_(uri) - all text of a document, pages separated by an empty line.",
              "SELECT uri, _FUNC_(uri) FROM documents;",
              new Wanted.Text("ocr")),
          ofDocument(
              "qwenvl_caption",
              "_FUNC_(uri) - what a picture shows, in a sentence.",
              "SELECT uri, _FUNC_(uri) FROM photos;",
              new Wanted.Text("caption")),
          ofDocument(
              "qwenvl_parse",
              "_FUNC_(uri) - the blocks of a document in reading order, with their places in pixels"
                  + " of the page: ARRAY<STRUCT<page, type, text, bbox, html>>.",
              "SELECT uri, block.type, block.text FROM documents LATERAL VIEW"
                  + " explode(_FUNC_(uri)) AS block;",
              new Wanted.Elements("document_parsing")),
          new ModelFunction(
              "qwenvl_ask",
              2,
              List.of(TEXT, TEXT),
              "_FUNC_(uri, prompt) - the answer to a question about a document.",
              URI + "* prompt - the question; may differ from row to row.",
              "SELECT uri, _FUNC_(uri, 'Is this page signed? Answer yes or no.') FROM documents;",
              given ->
                  call(
                      "qwenvl_ask",
                      new Wanted.Text("prompt"),
                      given.get(0),
                      labels("prompt", given.get(1)))),
          new ModelFunction(
              "qwenvl_extract",
              2,
              List.of(TEXT, TEXT),
              "_FUNC_(uri, schema) - key information as a struct of typed columns.",
              URI
                  + "* schema - columns and types, or the name of a file with a JSON Schema; a constant.",
              "SELECT uri, f.* FROM (SELECT uri, _FUNC_(uri, 'vendor string, total decimal(18,2)')"
                  + " AS f FROM invoices);",
              given -> call("qwenvl_extract", fields(given.get(1)), given.get(0))),
          new ModelFunction(
              "qwenvl_answers",
              2,
              List.of(TEXT, TEXT, TEXTS),
              "_FUNC_(uri, task[, parameters]) - all that a run writes into results, errors"
                  + " included: an array with a struct for each page.",
              URI
                  + "* task - name of a task; a constant.\n"
                  + "* parameters - a map of what the task's prompt takes.",
              "SELECT uri, a.part.page, a.text, a.error.type FROM documents LATERAL VIEW"
                  + " explode(_FUNC_(uri, 'ocr')) AS a;",
              ModelFunctions::answers));

  private ModelFunctions() {}

  private static ModelFunction ofDocument(
      String name, String usage, String example, Wanted wanted) {
    return new ModelFunction(
        name, 1, List.of(TEXT), usage, URI, example, given -> call(name, wanted, given.get(0)));
  }

  private static ModelCall answers(List<Expression> given) {
    Wanted wanted = new Wanted.Answers(constant("qwenvl_answers", "task", given.get(1)));
    return given.size() == 2
        ? call("qwenvl_answers", wanted, given.get(0))
        : call("qwenvl_answers", wanted, given.get(0), given.get(2));
  }

  private static Wanted fields(Expression schema) {
    return new Wanted.Fields(
        "key_information", TableFields.of(constant("qwenvl_extract", "schema", schema)));
  }

  static String constant(String function, String argument, Expression given) {
    Object value = given.foldable() ? given.eval(null) : null;
    if (value == null) {
      throw new BadRequestException(
          "%s: %s must be a constant text, the same for all rows".formatted(function, argument));
    }
    return value.toString();
  }

  private static Expression labels(String name, Expression value) {
    return new CreateMap(Columns.of(List.<Expression>of(Literal.create(name, TEXT), value)), false);
  }

  private static ModelCall call(String name, Wanted wanted, Expression... arguments) {
    return new ModelCall(name, wanted, Columns.of(List.of(arguments)));
  }
}
