package io.github.qwenvlspark.udfs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.CommandExecutionMode;
import org.apache.spark.sql.execution.HiveResult;
import org.apache.spark.sql.internal.SessionState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions as the session extension gives them to every session. */
class SqlFunctionsTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.sql.extensions", QwenVlExtensions.class.getName())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void boxesOfAnAnswerAreRows() {
    assertThat(
            one(
                "SELECT to_json(qwenvl_boxes('[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"cup\"},"
                    + " {\"point_2d\": [5, 6], \"label\": \"jar\"}]'))"))
        .isEqualTo("[{\"label\":\"cup\",\"bbox\":[1,2,3,4]},{\"label\":\"jar\",\"point\":[5,6]}]");
  }

  @Test
  void fieldsOfAnAnswerAreAMap() {
    assertThat(one("SELECT to_json(qwenvl_fields('{\"total\": 8.50, \"tax\": null}'))"))
        .isEqualTo("{\"total\":\"8.50\",\"tax\":null}");
  }

  @Test
  void aToolCallIsAMap() {
    assertThat(
            one(
                "SELECT qwenvl_tool_call('<tool_call>{\"name\": \"mobile_use\", \"arguments\":"
                    + " {\"action\": \"click\"}}</tool_call>')['action']"))
        .isEqualTo("click");
  }

  @Test
  void elementsAndMomentsAreRows() {
    assertThat(
            one(
                "SELECT to_json(qwenvl_elements('<p data-bbox=\"1 2 3 4\">Hi</p><p data-bbox=\"?\">x</p>'))"))
        .isEqualTo(
            "[{\"type\":\"p\",\"text\":\"Hi\",\"bbox\":[1,2,3,4],\"html\":\"<p>Hi</p>\"},"
                + "{\"type\":\"p\",\"text\":\"x\",\"html\":\"<p>x</p>\"}]");
    assertThat(one("SELECT qwenvl_moments('happens in 64.0 - 72.0 seconds')[0].end_s"))
        .isEqualTo(72.0);
  }

  @Test
  void jsonIsFreedOfWhatStandsAroundIt() {
    assertThat(one("SELECT qwenvl_json('Sure:\n```json\n{\"a\": [1, 2,]}\n```')"))
        .isEqualTo("{\"a\":[1,2]}");
  }

  @Test
  void measuresCompare() {
    assertThat(one("SELECT qwenvl_iou(array(0, 0, 2, 2), array(1, 0, 3, 2))")).isEqualTo(1 / 3.0);
    assertThat(one("SELECT qwenvl_cer('abcd', 'abxx')")).isEqualTo(0.5);
    assertThat(one("SELECT qwenvl_wer('a b', 'a c')")).isEqualTo(0.5);
    assertThat(one("SELECT qwenvl_anls('ACME', 'acme')")).isEqualTo(1.0);
  }

  @Test
  void thePlannedSizeIsThatOfThePreprocessor() {
    assertThat(one("SELECT to_json(qwenvl_smart_resize(1532, 1014, 3136, 12845056))"))
        .isEqualTo("{\"height\":1540,\"width\":1008,\"visual_tokens\":1980}");
    assertThat(one("SELECT qwenvl_smart_resize(8, 2048, 3136, 12845056)")).isNull();
    assertThat(one("SELECT qwenvl_smart_resize(100, 100, 3136, 0)")).isNull();
  }

  @Test
  void argumentsAreCastToWhatIsExpected() {
    assertThat(one("SELECT qwenvl_cer(12, 13.5D)")).isEqualTo(0.75);
    assertThat(one("SELECT qwenvl_iou(array(0.0, 0, 2, 2), array(0L, 0L, 2L, 2L))")).isEqualTo(1.0);
  }

  @Test
  void aBrokenBoxHasNoOverlap() {
    assertThat(one("SELECT qwenvl_iou(array(0, 0, 2), array(0, 0, 2, 2))")).isNull();
    assertThat(one("SELECT qwenvl_iou(array(0, 0, 2, NULL), array(0, 0, 2, 2))")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "elements",
        "html",
        "markdown",
        "text",
        "boxes",
        "moments",
        "fields",
        "tool_call",
        "action",
        "json"
      })
  void nullAndUnparsableGiveNull(String function) {
    assertThat(one("SELECT qwenvl_%s(NULL)".formatted(function))).isNull();
    assertThat(one("SELECT qwenvl_%s('nothing of the kind')".formatted(function))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cer", "wer", "anls"})
  void withoutAnAnswerOrATruthThereIsNoMeasure(String function) {
    assertThat(one("SELECT qwenvl_%s(NULL, 'a')".formatted(function))).isNull();
    assertThat(one("SELECT qwenvl_%s('a', NULL)".formatted(function))).isNull();
  }

  @Test
  void functionsTravelToTasks() {
    assertThat(
            one(
                "SELECT sum(CAST(qwenvl_fields(concat('{\"n\": ', id, '}'))['n'] AS INT)"
                    + " + size(qwenvl_boxes(concat('[{\"bbox_2d\": [1,2,3,', id, ']}]')))"
                    + " + qwenvl_cer(CAST(id AS STRING), CAST(id AS STRING))) FROM range(0, 100, 1, 4)"))
        .isEqualTo(5050.0);
  }

  static List<SqlFunction> all() {
    return SqlFunctions.ALL;
  }

  static Stream<Arguments> examples() {
    return SqlFunctions.ALL.stream()
        .flatMap(f -> f.page().examples().stream().map(example -> Arguments.of(f.name(), example)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("examples")
  void anExampleGivesWhatItsPageSays(String function, FunctionPage.Example example)
      throws ParseException {
    SessionState session = spark.sessionState();
    LogicalPlan query =
        session.sqlParser().parsePlan("SELECT " + example.call().replace("_FUNC_", function));
    assertThat(
            Catalyst.list(
                HiveResult.hiveResultString(
                    session.executePlan(query, CommandExecutionMode.ALL()).executedPlan())))
        .containsExactly(example.result());
  }

  @ParameterizedTest
  @MethodSource("all")
  void theLongDescriptionShowsArgumentsAndExamples(SqlFunction function) {
    assertThat(function.page().arguments()).isNotEmpty();
    assertThat(function.page().examples()).isNotEmpty();
    assertThat(
            spark.sql("DESCRIBE FUNCTION EXTENDED " + function.name()).collectAsList().toString())
        .contains("Arguments:", "Examples:", "> SELECT " + function.name() + "(", "Since: 0.1.0");
  }

  @Test
  void anActionHasItsPlacesOnTheOriginalScreen() {
    String swipe =
        "'<tool_call>{\"name\": \"mobile_use\", \"arguments\": {\"action\": \"swipe\", \"coordinate\":"
            + " [364, 644], \"coordinate2\": [728, 0]}}</tool_call>'";
    assertThat(one("SELECT to_json(qwenvl_action(%s, 728, 1288, 720, 1280))".formatted(swipe)))
        .isEqualTo(
            "{\"name\":\"mobile_use\",\"action\":\"swipe\",\"coordinate\":[360,640],\"coordinate2\":[720,0]}");
    assertThat(one("SELECT qwenvl_action(%s, 728, NULL, 720, 1280)".formatted(swipe))).isNull();
  }

  @Test
  void aPlaceThatIsNoneOrHasNoSizeIsNowhere() {
    assertThat(one("SELECT qwenvl_to_original(array(1, 2, 3), 28, 28, 28, 28)")).isNull();
    assertThat(one("SELECT qwenvl_to_original(array(1, NULL), 28, 28, 28, 28)")).isNull();
    assertThat(one("SELECT qwenvl_to_original(NULL, 28, 28, 28, 28)")).isNull();
    assertThat(one("SELECT qwenvl_to_original(array(1, 2), 0, 28, 28, 28)")).isNull();
    assertThat(one("SELECT qwenvl_to_points(array(1, 2), 0)")).isNull();
    assertThat(one("SELECT qwenvl_to_points(array(1, 2), NULL)")).isNull();
    assertThat(one("SELECT qwenvl_visual_tokens(8, 2048)")).isNull();
    assertThat(one("SELECT qwenvl_visual_tokens(NULL, 2048)")).isNull();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyFunctionDescribesItself(SqlFunction function) {
    assertThat(spark.sql("DESCRIBE FUNCTION " + function.name()).collectAsList().toString())
        .contains("Usage: " + function.name() + "(");
  }

  @ParameterizedTest
  @MethodSource("all")
  void aWrongNumberOfArgumentsIsRefusedBeforeTheJob(SqlFunction function) {
    assertThatThrownBy(() -> spark.sql("SELECT %s()".formatted(function.name())))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(function.name());
  }

  @Test
  void anArgumentOfAnotherKindIsRefusedBeforeTheJob() {
    assertThatThrownBy(() -> spark.sql("SELECT qwenvl_iou('box', array(1, 2, 3, 4))"))
        .isInstanceOf(AnalysisException.class);
  }

  @Test
  void aSessionWithoutTheExtensionCanLearnThem() {
    SparkSession other = spark.newSession();
    other.sessionState().functionRegistry().clear();
    SqlFunctions.register(other);
    assertThat(other.sql("SELECT qwenvl_cer('ab', 'ax')").first().getDouble(0)).isEqualTo(0.5);
  }

  private static Object one(String query) {
    return spark.sql(query).first().get(0);
  }
}
