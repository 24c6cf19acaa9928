package io.github.qwenvlspark.udfs.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Moment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cookbooks' samples do not show, but models write. */
class AnswerParserTest {
  private static final Box CUP = new Box("cup", List.of(139, 768, 315, 954), List.of());

  @Test
  void aBoxWithOneNumberALineIsABox() {
    String text =
        """
        [
          {
            "bbox_2d": [
              139,
              768,
              315,
              954
            ],
            "label": "cup"
          }
        ]
        """;
    assertThat(parse(AnswerFormat.BOXES, text).boxes()).containsExactly(CUP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "As in [1], the cup: [{\"bbox_2d\": [139, 768, 315, 954], \"label\": \"cup\"}]",
        "For {cup}: {\"bbox_2d\": [139, 768, 315, 954], \"label\": \"cup\"}",
        "{'bbox_2d': [139, 768, 315, 954], 'label': 'cup', 'seen': True, 'note': None}",
        "{\"bbox_2d\": [139.9, 768, 315, 954], \"name\": \"cup\"}",
        "{\"bbox\": [139, 768, 315, 954], \"label\": \"cup\"} is the cup.",
        "139, 768, 315, 954 cup",
        "139.5,768,315,954\tcup",
        "```\n[{\"bbox_2d\": [139, 768, 315, 954], \"label\": \"cup\"}\n```\nOne cup."
      })
  void aBoxIsFoundInWhatStandsAround(String text) {
    assertThat(parse(AnswerFormat.BOXES, text).boxes()).containsExactly(CUP);
  }

  @Test
  void objectsMayFollowOneAnotherWithoutAnArray() {
    String line = "{\"bbox_2d\": [139, 768, 315, 954], \"label\": \"cup\"}\n";
    assertThat(parse(AnswerFormat.BOXES, line + line).boxes()).containsExactly(CUP, CUP);
  }

  @Test
  void aFenceInsideALabelEndsNothing() {
    String text =
        "```json\n[{\"label\": \"a ``` b\", \"bbox_2d\": [1, 2, 3, 4]}, {\"label\": \"c\", \"bbox_2d\":"
            + " [5, 6, 7, 8]}]\n```";
    assertThat(parse(AnswerFormat.BOXES, text).boxes())
        .extracting(Box::label)
        .containsExactly("a ``` b", "c");
  }

  @Test
  void oneBrokenBoxDoesNotTakeTheOthersAlong() {
    String text =
        "[{\"bbox_2d\": [1, 2, 3], \"label\": \"three\"}, {\"bbox_2d\": [139, 768, 315, 954], \"label\":"
            + " \"cup\"}]";
    assertThat(parse(AnswerFormat.BOXES, text).boxes()).containsExactly(CUP);
  }

  @Test
  void coordinatesBeyondIntegersAreNoBox() {
    assertRefused(
        AnswerFormat.BOXES, "[{\"bbox_2d\": [1, 2, 3, 99999999999], \"label\": \"far\"}]");
  }

  @Test
  void pointsWithoutAPhraseTakeTheirAlt() {
    assertThat(parse(AnswerFormat.BOXES, "<points x1=\"1\" y1=\"2\" alt=\"pin\"></points>").boxes())
        .containsExactly(new Box("pin", List.of(), List.of(1, 2)));
    assertThat(parse(AnswerFormat.BOXES, "<points x=\"1.5\" y=\"2\">pin</points>").boxes())
        .containsExactly(new Box("pin", List.of(), List.of(1, 2)));
  }

  @Test
  void amountsKeepTheirDigits() {
    assertThat(
            parse(
                AnswerFormat.FIELDS,
                "{\"total\": 8.50, \"tax\": 1e2, \"n\": 12345678901234567890}"))
        .extracting(ParsedAnswer::fields, ParsedAnswer::json)
        .satisfies(
            all -> {
              assertThat(all.get(0).toString())
                  .isEqualTo("{total=8.50, tax=1E+2, n=12345678901234567890}");
              assertThat(all.get(1).toString()).contains("8.50");
            });
  }

  @Test
  void pythonWordsAreReadOutsideOfStringsOnly() {
    assertThat(
            parse(
                    AnswerFormat.FIELDS,
                    "{'paid': True, 'due': False, 'tax': None, 'note': 'None is True', 'Nones': 'it\\'s'}")
                .fields())
        .containsExactly(
            entry("paid", "true"),
            entry("due", "false"),
            entry("tax", null),
            entry("note", "None is True"),
            entry("Nones", "it's"));
  }

  @Test
  void anEchoedListOfNamesIsNotTheObject() {
    assertThat(
            parse(AnswerFormat.FIELDS, "提取：['票价','座号']\n{\"票价\": \"8.00\", \"座号\": \"05A\"}")
                .fields())
        .containsExactly(entry("票价", "8.00"), entry("座号", "05A"));
  }

  @Test
  void ofACutObjectTheCompleteFieldsAreKept() {
    assertThat(
            parse(AnswerFormat.FIELDS, "```json\n{\"vendor\": \"ACME\", \"total\": \"12.").fields())
        .containsExactly(entry("vendor", "ACME"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'start': 1.5, 'end': 3, 'event': 'x'} | 1.5 | 3",
        "{'start': '12.5', 'end': '13', 'event': 'x'} | 12.5 | 13",
        "{'start': '12.5s', 'end': '13 seconds', 'event': 'x'} | 12.5 | 13",
        "{'start_time': '00:21.80', 'end_time': '95:35.60', 'description': 'x'} | 21.8 | 5735.6",
        "{'start_time': '1:02:03', 'end_time': '01:02:04.5', 'description': 'x'} | 3723 | 3724.5"
      })
  void timesAreSeconds(String text, double start, double end) {
    assertThat(parse(AnswerFormat.MOMENTS, text.replace('\'', '"')).moments())
        .containsExactly(new Moment(start, end, "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "It happens in 64.0 - 72.0 seconds.",
        "It happens between 64 and 72 seconds.",
        "It happens from 64.0s to 72.0s.",
        "From 01:04 to 01:12, in scene 3 - 4.",
        "From 0:01:04.00 – 0:01:12.00"
      })
  void aSentenceMayNameTheTimes(String text) {
    assertThat(parse(AnswerFormat.MOMENTS, text).moments()).containsExactly(new Moment(64, 72, ""));
  }

  @Test
  void aSentenceMayNameSeveralTimes() {
    assertThat(parse(AnswerFormat.MOMENTS, "In 1 - 2 seconds and in 5.5 - 6 seconds.").moments())
        .containsExactly(new Moment(1, 2, ""), new Moment(5.5, 6, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tables 3 - 4 show it.", "It never happens.", "[{\"event\": \"x\"}]"})
  void withoutTimesThereAreNoMoments(String text) {
    assertRefused(AnswerFormat.MOMENTS, text);
  }

  @Test
  void anActionIsACallWithItsPlaces() {
    ParsedAnswer answer =
        parse(
            AnswerFormat.TOOL_CALL,
            "I swipe.\n<tool_call>\n{\"name\": \"mobile_use\", \"arguments\": {\"action\": \"swipe\","
                + " \"coordinate\": [639, 1095], \"coordinate2\": [639, 95]}}\n</tool_call>");
    assertThat(answer.fields())
        .containsExactly(
            entry("name", "mobile_use"),
            entry("action", "swipe"),
            entry("coordinate", "[639,1095]"),
            entry("coordinate2", "[639,95]"));
    assertThat(answer.boxes())
        .containsExactly(
            new Box("coordinate", List.of(), List.of(639, 1095)),
            new Box("coordinate2", List.of(), List.of(639, 95)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<tool_call>\n{\"name\": \"mobile_use\", \"arguments\": {\"action\": \"click\", \"coord",
        "<tool_call>\n{\"name\": \"mobile_use\"}\n</tool_call>",
        "<tool_call>\n{\"arguments\": {}}\n</tool_call>",
        "I would click the button."
      })
  void halfAnActionIsNone(String text) {
    assertRefused(AnswerFormat.TOOL_CALL, text);
  }

  @ParameterizedTest
  @CsvSource({
    "image, image",
    "image caption, image caption",
    "formula.machine_printed, formula",
    "formula.handwritten, formula",
    "formula handwritten, formula",
    "chemical formula, chemical formula",
    "music sheet, music sheet",
    "chart, chart",
    "page, div",
    "'', div"
  })
  void anElementIsOfItsClassOrElseOfItsTag(String htmlClass, String type) {
    assertThat(
            parse(
                    AnswerFormat.HTML,
                    "<div class=\"%s\" data-bbox=\"1 2 3 4\">x</div>".formatted(htmlClass))
                .elements())
        .extracting(ParsedAnswer.Element::type)
        .containsExactly(type);
  }

  @Test
  void cleanHtmlKeepsTheTableAndDropsCodeAndPlaces() {
    String text =
        "<table data-bbox=\"1 2 3 4\" data-polygon=\"9\" style=\"color:red\" onclick=\"x()\"><tr><td"
            + " colspan=\"2\" style=\"color: #111\">A<script>x()</script><a"
            + " href=\"javascript:x()\">B</a></td></tr></table>";
    String html = parse(AnswerFormat.HTML, text).elements().get(0).html();
    assertThat(html)
        .contains("<table>", "colspan=\"2\"", "A", "B")
        .doesNotContain("script", "style", "onclick", "data-", "href");
  }

  @ParameterizedTest
  @ValueSource(strings = {"The total is < 5.", "a <3 b", ""})
  void proseIsNoHtml(String text) {
    assertRefused(AnswerFormat.HTML, text);
  }

  @Test
  void textHasNothingToRead() {
    assertThat(parse(AnswerFormat.TEXT, "anything")).isEqualTo(ParsedAnswer.NOTHING);
  }

  @Test
  void anyJsonIsKeptNormalised() {
    assertThat(parse(AnswerFormat.JSON, "Rows:\n```json\n[[1, 2.50,], ['a', None],]\n```").json())
        .isEqualTo(Optional.of("[[1,2.50],[\"a\",null]]"));
    assertRefused(AnswerFormat.JSON, "[[1, 2");
  }

  @Test
  void aNumberThatNoDecimalHoldsIsBrokenJson() {
    assertRefused(AnswerFormat.JSON, "[1e9942949672]");
    assertRefused(AnswerFormat.FIELDS, "{\"total\": 1e9942949672}");
    assertThat(parse(AnswerFormat.BOXES, "[{\"label\": 1e9942949672}]").boxes()).isEmpty();
  }

  private static ParsedAnswer parse(AnswerFormat format, String text) {
    return AnswerParser.parse(format, text);
  }

  private static void assertRefused(AnswerFormat format, String text) {
    assertThatThrownBy(() -> parse(format, text)).isInstanceOf(UnparsableAnswerException.class);
  }
}
