package io.github.qwenvlspark.udfs.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxMappingTest {
  private static final BoxMapping HALF = new BoxMapping(new Size(56, 28), new Size(112, 56));

  @Test
  void swappedCornersAreOrderedAndWhatLeavesThePictureIsClipped() {
    assertThat(HALF.box(List.of(20, 50, 10, 5))).containsExactly(20, 10, 40, 100);
    assertThat(HALF.box(List.of(-3, 5, 99, 60))).containsExactly(0, 10, 56, 112);
    assertThat(HALF.point(List.of(30, -1))).containsExactly(56, 0);
    assertThat(HALF.place(List.of(1, 2))).containsExactly(2, 4);
    assertThat(HALF.place(List.of(1, 2, 3, 4))).containsExactly(2, 4, 6, 8);
  }

  @Test
  void placesOutOfTheFrameAreCounted() {
    assertThat(
            HALF.outOfFrame(
                List.of(
                    List.of(0, 0, 28, 56),
                    List.of(0, 0, 29, 56),
                    List.of(0, -1, 28, 56),
                    List.of(28, 56),
                    List.of(0, 57))))
        .isEqualTo(3);
  }

  @Test
  void placesOfAnAnswerAreItsBoxesAndPoints() {
    assertThat(
            AnswerParser.parse(
                    AnswerFormat.BOXES,
                    "[{\"bbox_2d\": [1, 2, 3, 4]}, {\"point_2d\": [5, 6]}, {\"bbox_2d\": [-1, 2, 3, 4]}]")
                .places())
        .containsExactly(List.of(1, 2, 3, 4), List.of(-1, 2, 3, 4), List.of(5, 6));
    assertThat(
            AnswerParser.parse(
                    AnswerFormat.HTML, "<p data-bbox=\"1 2 3 4\">a</p><p data-bbox=\"\">")
                .places())
        .containsExactly(List.of(1, 2, 3, 4));
  }

  @Test
  void pixelsOfAPageArePoints() {
    assertThat(new PagePoints(144).of(List.of(144, 0, 1, 288)))
        .containsExactly(72.0, 0.0, 0.5, 144.0);
    assertThatThrownBy(() -> new PagePoints(0)).hasMessage("dpi must be above 0, not 0.0");
  }
}
