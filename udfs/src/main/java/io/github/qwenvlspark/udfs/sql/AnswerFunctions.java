package io.github.qwenvlspark.udfs.sql;

import static org.apache.spark.sql.functions.udf;

import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.AgentAction;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.PageHtml;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import io.github.qwenvlspark.udfs.sql.SqlFunction.Form;
import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Functions that read the text of an answer: NULL for what cannot be read. */
final class AnswerFunctions {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType PIXELS = DataTypes.IntegerType;
  private static final String CLICK =
      "'<tool_call>{\"name\": \"mobile_use\", \"arguments\": {\"action\": \"click\", \"coordinate\":"
          + " [364, 644]}}</tool_call>'";

  static final List<SqlFunction> ALL =
      List.of(
          reader(
              "qwenvl_elements",
              "blocks of a page parsed to QwenVL HTML, in order.",
              DataTypes.createArrayType(AnswerTypes.ELEMENT),
              text -> elements(AnswerParser.parse(AnswerFormat.HTML, text)),
              page ->
                  page.example(
                      "_FUNC_('<h2 data-bbox=\"310 94 658 132\">Title</h2>')",
                      "[{\"type\":\"h2\",\"text\":\"Title\",\"bbox\":[310,94,658,132],\"html\":\"<h2>Title</h2>\"}]")),
          reader(
              "qwenvl_html",
              "a page parsed to QwenVL HTML, without places, styles and anything that acts.",
              TEXT,
              text -> PageHtml.read(text).html(),
              page ->
                  page.example(
                      "_FUNC_('<h2 data-bbox=\"310 94 658 132\" style=\"color:red\">Title</h2>')",
                      "<h2>Title</h2>")),
          reader(
              "qwenvl_markdown",
              "a page parsed to QwenVL HTML as Markdown, in reading order; merged cells of tables"
                  + " are repeated.",
              TEXT,
              text -> PageHtml.read(text).markdown(),
              page ->
                  page.example("_FUNC_('<h2>Title</h2>')", "## Title")
                      .example(
                          "_FUNC_('<table><tr><th>Item<th>Sum<tr><td>Tea<td>2</table>')",
                          "| Item | Sum |\n| --- | --- |\n| Tea | 2 |")),
          reader(
              "qwenvl_text",
              "the words of a page parsed to QwenVL HTML, in reading order.",
              TEXT,
              text -> PageHtml.read(text).text(),
              page ->
                  page.example(
                      "_FUNC_('<h2>Title</h2><p>Some <b>words</b>')", "Title\nSome words")),
          reader(
              "qwenvl_boxes",
              "located things, in pixels of the resized picture.",
              DataTypes.createArrayType(AnswerTypes.BOX),
              text -> boxes(AnswerParser.parse(AnswerFormat.BOXES, text)),
              page ->
                  page.example(
                          "_FUNC_('[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"cup\"}]')",
                          "[{\"label\":\"cup\",\"bbox\":[1,2,3,4],\"point\":null}]")
                      .example(
                          "_FUNC_('<points x1=\"5\" y1=\"6\">jar</points>')",
                          "[{\"label\":\"jar\",\"bbox\":null,\"point\":[5,6]}]")),
          reader(
              "qwenvl_moments",
              "events of a clip, in seconds.",
              DataTypes.createArrayType(AnswerTypes.MOMENT),
              text -> moments(AnswerParser.parse(AnswerFormat.MOMENTS, text)),
              page ->
                  page.example(
                      "_FUNC_('The given query happens in 64.0 - 72.0 seconds.')",
                      "[{\"start_s\":64.0,\"end_s\":72.0,\"text\":\"\"}]")),
          reader(
              "qwenvl_fields",
              "key information as a map of texts.",
              AnswerTypes.FIELDS,
              text -> AnswerParser.parse(AnswerFormat.FIELDS, text).fields(),
              page ->
                  page.example(
                      "_FUNC_('Here it is: {\"total\": 8.50, \"tax\": null}')",
                      "{\"tax\":null,\"total\":\"8.50\"}")),
          reader(
              "qwenvl_json",
              "the JSON of an answer without what stands around it.",
              TEXT,
              text -> AnswerParser.parse(AnswerFormat.JSON, text).json().orElse(null),
              page -> page.example("_FUNC_('Sure: {\"a\": [1, 2,]}')", "{\"a\":[1,2]}")),
          reader(
              "qwenvl_tool_call",
              "an agent's function call: its name and arguments as texts.",
              AnswerTypes.FIELDS,
              text -> AnswerParser.parse(AnswerFormat.TOOL_CALL, text).fields(),
              page -> page.example("_FUNC_(" + CLICK + ")['coordinate']", "[364,644]")),
          SqlFunction.of(
              "qwenvl_action",
              FunctionPage.of(
                      "_FUNC_(answer[, resized_width, resized_height, width, height]) - what an"
                          + " agent wants to do. With the sizes its places are on the original"
                          + " screen, else in pixels of the resized picture.")
                  .argument("answer", "text with a call of mobile_use or computer_use")
                  .argument(
                      "resized_width, resized_height", "size at which the model saw the screen")
                  .argument("width, height", "size of the screen")
                  .example("_FUNC_(" + CLICK + ").coordinate", "[364,644]")
                  .example("_FUNC_(" + CLICK + ", 728, 1288, 720, 1280).coordinate", "[360,640]"),
              new Form(
                  List.of(TEXT),
                  udf((UDF1<String, Row>) AnswerFunctions::action, AnswerTypes.ACTION)),
              new Form(
                  List.of(TEXT, PIXELS, PIXELS, PIXELS, PIXELS),
                  udf(
                      (UDF5<String, Integer, Integer, Integer, Integer, Row>)
                          AnswerFunctions::action,
                      AnswerTypes.ACTION))));

  private AnswerFunctions() {}

  /** Travels to executors inside a UDF. Throws {@link UnparsableAnswerException}. */
  private interface Reader extends Serializable {
    Object read(String text);
  }

  private static SqlFunction reader(
      String name, String gives, DataType type, Reader reader, UnaryOperator<FunctionPage> more) {
    UDF1<String, Object> read = text -> text == null ? null : orNull(reader, text);
    FunctionPage page =
        FunctionPage.of("_FUNC_(answer) - " + gives).argument("answer", "text of an answer");
    return SqlFunction.of(name, more.apply(page), new Form(List.of(TEXT), udf(read, type)));
  }

  private static Object orNull(Reader reader, String text) {
    try {
      return reader.read(text);
    } catch (UnparsableAnswerException e) {
      return null;
    }
  }

  private static Row action(String text) {
    return text == null ? null : (Row) orNull(t -> row(AgentAction.read(t)), text);
  }

  private static Row action(
      String text, Integer resizedWidth, Integer resizedHeight, Integer width, Integer height) {
    BoxMapping screen = PlaceFunctions.mapping(resizedWidth, resizedHeight, width, height);
    return text == null || screen == null
        ? null
        : (Row) orNull(t -> row(AgentAction.read(t).on(screen)), text);
  }

  private static Row row(AgentAction action) {
    return RowFactory.create(
        action.name(),
        action.action(),
        coordinates(action.coordinate()),
        coordinates(action.coordinate2()),
        action.text().orElse(null),
        action.keys().isEmpty() ? null : action.keys().toArray(String[]::new),
        action.pixels().isPresent() ? action.pixels().getAsDouble() : null,
        action.time().isPresent() ? action.time().getAsDouble() : null,
        action.button().orElse(null),
        action.status().orElse(null));
  }

  private static Row[] elements(ParsedAnswer answer) {
    return answer.elements().stream()
        .map(e -> RowFactory.create(e.type(), e.text(), coordinates(e.bbox()), e.html()))
        .toArray(Row[]::new);
  }

  private static Row[] boxes(ParsedAnswer answer) {
    return answer.boxes().stream()
        .map(b -> RowFactory.create(b.label(), coordinates(b.bbox()), coordinates(b.point())))
        .toArray(Row[]::new);
  }

  private static Row[] moments(ParsedAnswer answer) {
    return answer.moments().stream()
        .map(m -> RowFactory.create(m.startS(), m.endS(), m.text()))
        .toArray(Row[]::new);
  }

  /** What is not there is NULL, as in the results table. */
  private static Integer[] coordinates(List<Integer> numbers) {
    return numbers.isEmpty() ? null : numbers.toArray(Integer[]::new);
  }
}
