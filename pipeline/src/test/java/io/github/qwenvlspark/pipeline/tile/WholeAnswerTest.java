package io.github.qwenvlspark.pipeline.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Box;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer.Element;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeAnswerTest {
  /** Two bands of 400 x 300, which share 100 rows. */
  private static final TileGrid BANDS =
      new TileGrid(new Size(500, 400), List.of(0), List.of(0, 200), new Size(300, 400));

  /** Two by two tiles of 300 x 300, which share 100 rows and columns. */
  private static final TileGrid FOUR =
      new TileGrid(new Size(500, 500), List.of(0, 200), List.of(0, 200), new Size(300, 300));

  /** The model sees each tile at half its size; doubling is cut down, so that 10 may become 19. */
  private static WholeAnswer whole(TileGrid grid, AnswerFormat format, String... texts) {
    List<Completion> completions = new ArrayList<>();
    for (String text : texts) {
      completions.add(completion(grid, text, FinishReason.STOP, 10, -0.5));
    }
    return WholeAnswer.ofTiles(grid, format, completions);
  }

  private static Completion completion(
      TileGrid grid, String text, FinishReason reason, int tokens, double logprob) {
    Size tile = grid.tile();
    return new Completion(
        text,
        List.of(1, 2),
        reason,
        new Completion.Usage(100, 80, tokens),
        List.of(
            new Completion.Visual(
                tile, new Size(tile.height() / 2, tile.width() / 2), 1, new ImageGrid(1, 2, 2))),
        new Completion.Timing(1, 2, 3, 4, 5),
        new Completion.Quality(logprob, 2 * logprob));
  }

  @Test
  void linesThatTwoTilesReadAreSaidOnce() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.TEXT,
            "Invoice 7\nApples 2.00\nPears 3.00",
            "Pears 3.00\nTotal 5.00");

    assertThat(answer.completion().text())
        .isEqualTo("Invoice 7\nApples 2.00\nPears 3.00\nTotal 5.00");
  }

  @Test
  void aLineThatTheEdgeCutsIsTakenFromTheTileThatShowsItWhole() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.TEXT,
            "Invoice 7\nApples 2.00\nPears 3.00\nPlunns",
            "Annlos\nPears 3.00\nPlums 4.00\nTotal 9.00");

    assertThat(answer.completion().text())
        .isEqualTo("Invoice 7\nApples 2.00\nPears 3.00\nPlums 4.00\nTotal 9.00");
  }

  @Test
  void twoReadingsOfALineMayDifferByALetter() {
    WholeAnswer answer =
        whole(BANDS, AnswerFormat.TEXT, "a\nThe quick brown fox", "The quick brovvn fox\nb");

    assertThat(answer.completion().text()).isEqualTo("a\nThe quick brown fox\nb");
  }

  @Test
  void linesBesideTheEdgeMayBeReadBadly() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.TEXT,
            "BEEF 68.81\nDESK 48.29\nMILK 18.62\nTOTAL 135.72\nTHANK Y\nCoMf",
            "DE5\nMILK\nTOTAL 135.72\nTHANK YOU\nCOME AGAIN");

    assertThat(answer.completion().text())
        .isEqualTo("BEEF 68.81\nDESK 48.29\nMILK 18.62\nTOTAL 135.72\nTHANK YOU\nCOME AGAIN");
  }

  @Test
  void twoListsThatShareALineByChanceKeepTheirOthers() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.TEXT,
            "apples\npears\n-----\nplums",
            "Invoice 7\nfrom Acme Ltd\n-----\nTotal");

    assertThat(answer.completion().text())
        .isEqualTo("apples\npears\n-----\nplums\nInvoice 7\nfrom Acme Ltd\n-----\nTotal");
  }

  @Test
  void tilesThatShareNoLineAreJoinedAsTheyAre() {
    assertThat(whole(BANDS, AnswerFormat.TEXT, "one\ntwo", "three\nfour").completion().text())
        .isEqualTo("one\ntwo\nthree\nfour");
    assertThat(whole(BANDS, AnswerFormat.TEXT, "one", " ").completion().text()).isEqualTo("one");
  }

  @Test
  void eachColumnIsHeldAgainstTheTileAboveIt() {
    WholeAnswer answer =
        whole(
            FOUR,
            AnswerFormat.TEXT,
            "left\nmiddle left",
            "right\nmiddle right",
            "middle left\nlast left",
            "middle right\nlast right");

    assertThat(answer.completion().text())
        .isEqualTo("left\nmiddle left\nright\nmiddle right\nlast left\nlast right");
  }

  @Test
  void boxesAndPointsGoBackToThePictureAndAreThereOnce() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.BOXES,
            """
            [{"bbox_2d": [10, 10, 20, 20], "label": "cup"},
             {"bbox_2d": [50, 110, 90, 140], "label": "dog"},
             {"point_2d": [30, 120], "label": "eye"}]
            """,
            """
            [{"bbox_2d": [51, 9, 90, 40], "label": "dog"},
             {"point_2d": [31, 21], "label": "eye"},
             {"bbox_2d": [10, 100, 20, 120], "label": "cup"}]
            """);

    assertThat(answer.answer().boxes())
        .containsExactly(
            new Box("cup", List.of(20, 20, 40, 40), List.of()),
            new Box("dog", List.of(100, 218, 180, 280), List.of()),
            new Box("eye", List.of(), List.of(60, 240)),
            new Box("cup", List.of(20, 400, 40, 440), List.of()));
    assertThat(answer.answer().json())
        .contains(
            "[{\"bbox_2d\":[20,20,40,40],\"label\":\"cup\"},"
                + "{\"bbox_2d\":[100,218,180,280],\"label\":\"dog\"},"
                + "{\"point_2d\":[60,240],\"label\":\"eye\"},"
                + "{\"bbox_2d\":[20,400,40,440],\"label\":\"cup\"}]");
    assertThat(answer.completion().text()).isEqualTo(answer.answer().json().orElseThrow());
  }

  @Test
  void aThingThatTheEdgeCutsIsPutTogether() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.BOXES,
            "[{\"bbox_2d\": [10, 50, 100, 150], \"label\": \"tree\"}]",
            "[{\"bbox_2d\": [12, 0, 100, 120], \"label\": \"tree\"}]");

    assertThat(answer.answer().boxes())
        .containsExactly(new Box("tree", List.of(20, 100, 200, 440), List.of()));
  }

  @Test
  void neighboursOfTheSameNameStayTwo() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.BOXES,
            "[{\"bbox_2d\": [0, 110, 50, 140], \"label\": \"cup\"}]",
            "[{\"bbox_2d\": [60, 10, 110, 40], \"label\": \"cup\"}]");

    assertThat(answer.answer().boxes()).hasSize(2);
  }

  @Test
  void aThingInTheMiddleOfFourTilesIsThereOnce() {
    WholeAnswer answer =
        whole(
            FOUR,
            AnswerFormat.BOXES,
            "[{\"bbox_2d\": [110, 110, 140, 140], \"label\": \"ring\"}]",
            "[{\"bbox_2d\": [10, 110, 40, 140], \"label\": \"ring\"}]",
            "[{\"bbox_2d\": [110, 10, 140, 40], \"label\": \"ring\"}]",
            "[{\"bbox_2d\": [10, 10, 40, 40], \"label\": \"ring\"}]");

    assertThat(answer.answer().boxes())
        .containsExactly(new Box("ring", List.of(219, 219, 280, 280), List.of()));
  }

  @Test
  void elementsOfAPageAreThereOnceInOrderAndItsHtmlHasTheirPlaces() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.HTML,
            """
            ```html
            <html><body>
            <h2 data-bbox="10 5 90 15">Title</h2>
            <p data-bbox="10 110 90 130">Shared words here</p>
            </body></html>
            ```
            """,
            """
            <html><body>
            <p data-bbox="11 10 90 31">Shared words here</p>
            <p data-bbox="10 100 90 120">Last</p>
            </body></html>
            """);

    assertThat(answer.answer().elements())
        .extracting(Element::type, Element::text, Element::bbox)
        .containsExactly(
            tuple("h2", "Title", List.of(20, 10, 180, 30)),
            tuple("p", "Shared words here", List.of(20, 219, 180, 262)),
            tuple("p", "Last", List.of(20, 400, 180, 440)));
    assertThat(answer.completion().text())
        .isEqualTo(
            """
            <html><body>
            <h2 data-bbox="20 10 180 30">Title</h2>
            <p data-bbox="20 219 180 260">Shared words here</p>
            <p data-bbox="20 400 180 440">Last</p>
            </body></html>""");
  }

  @Test
  void theTextOfAParagraphThatTheEdgeCutsIsPutTogether() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.HTML,
            "<p data-bbox=\"0 60 100 150\">It begins here and goes on</p>",
            "<p data-bbox=\"0 0 100 90\">and goes on to the end</p>");

    assertThat(answer.answer().elements())
        .singleElement()
        .extracting(Element::text, Element::bbox)
        .containsExactly("It begins here and goes on to the end", List.of(0, 120, 200, 380));
  }

  @Test
  void ofEachFieldTheFirstThatSaysSomethingCounts() {
    WholeAnswer answer =
        whole(
            BANDS,
            AnswerFormat.FIELDS,
            "{\"vendor\": \"Acme\", \"total\": null, \"date\": \"\", \"items\": [1, 2]}",
            "{\"vendor\": \"Other\", \"total\": 8.50, \"date\": \"2024-01-02\", \"items\": [2, 3]}");

    assertThat(answer.answer().fields())
        .containsEntry("vendor", "Acme")
        .containsEntry("total", "8.50")
        .containsEntry("date", "2024-01-02")
        .containsEntry("items", "[1,2,3]");
    assertThat(answer.completion().text())
        .isEqualTo(
            "{\"vendor\":\"Acme\",\"total\":8.50,\"date\":\"2024-01-02\",\"items\":[1,2,3]}");
  }

  @Test
  void tokensAndTimesAreSummedAndTheWorstEndCounts() {
    WholeAnswer answer =
        WholeAnswer.ofTiles(
            BANDS,
            AnswerFormat.TEXT,
            List.of(
                completion(BANDS, "a", FinishReason.LENGTH, 30, -0.1),
                completion(BANDS, "b", FinishReason.STOP, 10, -0.5)));

    Completion completion = answer.completion();
    assertThat(completion.usage()).isEqualTo(new Completion.Usage(200, 160, 40));
    assertThat(completion.timing()).isEqualTo(new Completion.Timing(2, 4, 6, 8, 10));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(completion.quality().meanLogprob()).isCloseTo(-0.2, within(1e-12));
    assertThat(completion.quality().minLogprob()).isEqualTo(-1.0);
    assertThat(completion.visuals())
        .singleElement()
        .extracting(Completion.Visual::original, Completion.Visual::resized)
        .containsExactly(new Size(500, 400), new Size(500, 400));
  }

  @Test
  void aTileWhoseAnswerCannotBeReadIsNamed() {
    assertThatThrownBy(() -> whole(BANDS, AnswerFormat.FIELDS, "{\"a\": 1}", "nothing here"))
        .isInstanceOf(UnparsableAnswerException.class)
        .hasMessage(
            "Tile 2 of 2 (400 x 300 pixels at x 0, y 200): The answer holds no JSON of the wanted kind");
  }
}
