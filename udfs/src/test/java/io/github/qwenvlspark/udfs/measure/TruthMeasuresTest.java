package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.udfs.measure.AveragePrecision.Picture;
import io.github.qwenvlspark.udfs.measure.BoxMatch.Box;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields, boxes and facts held against a truth; figures by hand. */
class TruthMeasuresTest {
  private static final String TABLE =
      "<table><tr><th>Item</th><th colspan=\"2\">2026</th></tr>"
          + "<tr><td>Paint</td><td>12,50</td><td>9</td></tr><tr><td>Brush</td><td>7</td><td>1</td></tr></table>";

  @Test
  void fieldsAreRightWrongOrMissed() {
    Map<String, String> answer = new HashMap<>(Map.of("a", "1", "b", "x ", "extra", "z"));
    answer.put("c", null);

    FieldScore score =
        FieldScore.of(
            answer, Map.of("a", "1", "b", "X", "c", "3", "d", ""), Normalization.CASEFOLD);

    assertThat(score).isEqualTo(new FieldScore(2, 1, 1));
    assertThat(score.precision()).isEqualTo(2.0 / 3);
    assertThat(score.recall()).isEqualTo(2.0 / 3);
    assertThat(score.f1()).isEqualTo(4.0 / 6);
    assertThat(new FieldScore(0, 0, 0).f1()).isEqualTo(1);
  }

  @Test
  void rightBoxesHaveFullPrecision() {
    List<Box> boxes = List.of(box("a", 0, 0, 10, 10), box("b", 20, 20, 40, 40));

    AveragePrecision precision =
        AveragePrecision.of(List.of(new Picture(0, BoxMatch.of(boxes, boxes))));

    assertThat(precision.at50()).isEqualTo(1);
    assertThat(precision.mean()).isEqualTo(1);
  }

  @Test
  void aBoxThatOverlapsBySixTenthsCountsAtThreeOfTenThresholds() {
    // 10 x 10 moved by 2.5: 75 of 125 pixels
    BoxMatch match =
        BoxMatch.of(List.of(box("a", 25, 0, 125, 100)), List.of(box("a", 0, 0, 100, 100)));

    assertThat(match.meanIou()).isCloseTo(0.6, within(1e-12));
    assertThat(match.detections().get(0).matched()).isEqualTo(0b111);
    assertThat(AveragePrecision.of(List.of(new Picture(0, match))))
        .isEqualTo(new AveragePrecision(1, 3.0 / 10));
  }

  @Test
  void aTrueBoxIsTakenOnce() {
    Box box = box("a", 0, 0, 10, 10);

    BoxMatch match = BoxMatch.of(List.of(box, box), List.of(box));

    assertThat(match.detections().stream().map(BoxMatch.Detection::matched))
        .containsExactly(0b1111111111, 0);
  }

  @Test
  void aWrongBoxBeforeARightOneHalvesThePrecision() {
    Box right = box("a", 0, 0, 10, 10);

    AveragePrecision precision =
        AveragePrecision.of(
            List.of(
                new Picture(-0.1, BoxMatch.of(List.of(box("a", 50, 50, 60, 60)), List.of())),
                new Picture(-0.2, BoxMatch.of(List.of(right), List.of(right)))));

    assertThat(precision.at50()).isEqualTo(0.5);
  }

  @Test
  void aLabelThatIsNeverFoundCountsAsNothing() {
    AveragePrecision precision =
        AveragePrecision.of(
            List.of(
                new Picture(
                    0,
                    BoxMatch.of(
                        List.of(box("a", 0, 0, 10, 10)),
                        List.of(box("a", 0, 0, 10, 10), box("b", 0, 0, 10, 10))))));

    assertThat(precision.at50()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void precisionIsBoundedAndFallsWithTheThreshold(long seed) {
    Random random = new Random(seed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      pictures.add(new Picture(random.nextDouble(), BoxMatch.of(boxes(random), boxes(random))));
    }
    pictures.add(new Picture(0, BoxMatch.of(List.of(), List.of(box("a", 0, 0, 10, 10)))));

    AveragePrecision precision = AveragePrecision.of(pictures);

    assertThat(precision.mean()).isBetween(0.0, precision.at50());
    assertThat(precision.at50()).isLessThanOrEqualTo(1);
  }

  private static List<Box> boxes(Random random) {
    List<Box> boxes = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      int x = random.nextInt(10);
      int y = random.nextInt(10);
      boxes.add(box(random.nextBoolean() ? "a" : "b", x, y, x + 20, y + 20));
    }
    return boxes;
  }

  private static Box box(String label, int... bbox) {
    return new Box(label, java.util.Arrays.stream(bbox).boxed().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"present\": \"PAINT  it\"} | true",
        "{\"present\": \"black\"} | false",
        "{\"absent\": \"black\"} | true",
        "{\"order\": [\"paint\", \"red\"]} | true",
        "{\"order\": [\"red\", \"paint\"]} | false",
        "{\"cell\": {\"row\": \"Paint\", \"column\": \"2026\", \"value\": \"9\"}} | true",
        "{\"cell\": {\"row\": \"Brush\", \"column\": \"2026\", \"value\": \"9\"}} | false",
        "{\"cell\": {\"row\": \"Brush\", \"value\": \"7\"}} | true",
        "{\"cell\": {\"column\": \"Item\", \"value\": \"Brush\"}} | true",
        "{\"cell\": {\"column\": \"Item\", \"value\": \"7\"}} | false"
      })
  void factsHoldOrNot(String fact, boolean holds) throws JsonProcessingException {
    assertThat(
            DocumentFact.of(new ObjectMapper().readTree(fact))
                .orElseThrow()
                .holds("Paint it\nred", TABLE, Normalization.CASEFOLD))
        .isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"cell\": {\"value\": \"a\"}}", "{\"present\": 3}", "\"a\""})
  void whatIsNoFactIsNone(String fact) throws JsonProcessingException {
    assertThat(DocumentFact.of(new ObjectMapper().readTree(fact))).isEmpty();
  }
}
