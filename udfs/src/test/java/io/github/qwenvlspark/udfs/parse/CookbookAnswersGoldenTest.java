package io.github.qwenvlspark.udfs.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.geometry.BoxMapping;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers in the cookbooks' formats, tidy and untidy. */
class CookbookAnswersGoldenTest {
  private static JsonNode file() {
    try (InputStream in =
        CookbookAnswersGoldenTest.class.getResourceAsStream("/fixtures/answers.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Arguments> cases(String... kinds) {
    return StreamSupport.stream(file().path("cases").spliterator(), false)
        .filter(c -> List.of(kinds).contains(c.path("kind").asText()))
        .map(c -> Arguments.of(c.path("kind").asText() + ": " + c.path("name").asText(), c));
  }

  static Stream<Arguments> boxes() {
    return cases("grounding", "points", "text_boxes", "spotting");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("boxes")
  void boxesAreRead(String name, JsonNode testCase) {
    String text = testCase.path("text").asText();
    JsonNode expected = testCase.path("expected");
    if (expected.isNull()) {
      assertThatThrownBy(() -> AnswerParser.parse(AnswerFormat.BOXES, text))
          .isInstanceOf(UnparsableAnswerException.class)
          .hasMessageNotContaining("cakes");
      return;
    }
    List<Box> boxes = AnswerParser.parse(AnswerFormat.BOXES, text).boxes();

    List<Box> wanted = new ArrayList<>();
    for (JsonNode box : expected) {
      String label = box.path("label").asText(box.path("text_content").asText());
      wanted.add(new Box(label, ints(box.path("bbox_2d")), ints(box.path("point_2d"))));
    }
    assertThat(boxes).isEqualTo(wanted);
    assertMapped(testCase, boxes.stream().map(Box::bbox).toList());
  }

  static Stream<Arguments> html() {
    return cases("html");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("html")
  void elementsAreRead(String name, JsonNode testCase) {
    List<ParsedAnswer.Element> elements =
        AnswerParser.parse(AnswerFormat.HTML, testCase.path("text").asText()).elements();

    List<List<Object>> wanted = new ArrayList<>();
    testCase
        .path("expected")
        .forEach(
            e ->
                wanted.add(
                    List.of(
                        // its class says what this block is: <div class="image">
                        e.path("tag").asText().replace("div", "image"),
                        ints(e.path("bbox_2d")),
                        e.path("text").asText())));
    assertThat(elements.stream().map(e -> List.<Object>of(e.type(), e.bbox(), e.text())))
        .isEqualTo(wanted);
    assertMapped(testCase, elements.stream().map(ParsedAnswer.Element::bbox).toList());
  }

  static Stream<Arguments> fields() {
    return cases("key_information");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fields")
  void fieldsAreRead(String name, JsonNode testCase) {
    Map<String, String> fields =
        AnswerParser.parse(AnswerFormat.FIELDS, testCase.path("text").asText()).fields();

    Map<String, String> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : testCase.path("expected").properties()) {
      JsonNode value = field.getValue();
      wanted.put(
          field.getKey(),
          value.isNull() ? null : value.isTextual() ? value.asText() : value.toString());
    }
    assertThat(fields).containsExactlyEntriesOf(wanted);
  }

  static Stream<Arguments> moments() {
    return cases("events", "interval");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void momentsAreRead(String name, JsonNode testCase) {
    List<ParsedAnswer.Moment> moments =
        AnswerParser.parse(AnswerFormat.MOMENTS, testCase.path("text").asText()).moments();

    JsonNode expected = testCase.path("expected");
    List<List<Double>> wanted = new ArrayList<>();
    if (expected.has("start")) {
      wanted.add(List.of(expected.path("start").asDouble(), expected.path("end").asDouble()));
    }
    testCase
        .path("seconds")
        .forEach(s -> wanted.add(List.of(s.path(0).asDouble(), s.path(1).asDouble())));
    assertThat(moments.stream().map(m -> List.of(m.startS(), m.endS()))).isEqualTo(wanted);
    List<String> texts = new ArrayList<>();
    expected.forEach(e -> texts.add(e.path("description").asText()));
    if (expected.isArray()) {
      assertThat(moments.stream().map(ParsedAnswer.Moment::text)).isEqualTo(texts);
    }
  }

  static Stream<Arguments> points() {
    return cases("points_xml");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void xmlPointsAreRead(String name, JsonNode testCase) {
    JsonNode expected = testCase.path("expected");
    List<Box> wanted = new ArrayList<>();
    for (JsonNode point : expected.path("points")) {
      wanted.add(
          new Box(
              expected.path("phrase").asText(),
              List.of(),
              List.of((int) point.path(0).asDouble(), (int) point.path(1).asDouble())));
    }
    assertThat(AnswerParser.parse(AnswerFormat.BOXES, testCase.path("text").asText()).boxes())
        .isEqualTo(wanted);
  }

  static Stream<Arguments> toolCalls() {
    return cases("tool_call");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("toolCalls")
  void toolCallsAreRead(String name, JsonNode testCase) {
    ParsedAnswer answer =
        AnswerParser.parse(AnswerFormat.TOOL_CALL, testCase.path("text").asText());

    assertThat(answer.json()).contains(testCase.path("expected").toString());
  }

  @Test
  void noCaseIsLeftOut() {
    Stream<Arguments> tested =
        Stream.of(boxes(), html(), fields(), moments(), points(), toolCalls()).flatMap(c -> c);
    assertThat(tested).hasSize(file().path("cases").size());
  }

  private static void assertMapped(JsonNode testCase, List<List<Integer>> boxes) {
    if (testCase.has("original_boxes")) {
      JsonNode about = testCase.has("resized") ? testCase : file();
      BoxMapping mapping =
          new BoxMapping(size(about.path("resized")), size(about.path("original")));
      List<List<Integer>> wanted = new ArrayList<>();
      testCase.path("original_boxes").forEach(box -> wanted.add(ints(box)));
      assertThat(boxes.stream().map(mapping::box)).isEqualTo(wanted);
    }
  }

  private static Size size(JsonNode widthAndHeight) {
    return new Size(widthAndHeight.path(1).asInt(), widthAndHeight.path(0).asInt());
  }

  private static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
