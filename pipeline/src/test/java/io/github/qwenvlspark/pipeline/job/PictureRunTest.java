package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.tile.TileGrid;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import io.github.qwenvlspark.pipeline.write.RunsTable.Run;
import io.github.qwenvlspark.runtime.preprocess.Size;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TIFFs of several pages, and huge pictures in tiles, from the manifest to the table. */
class PictureRunTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    task("say", "text");
    task("say_boxes", "boxes");
  }

  @Test
  void everyPageOfATiffIsARow() {
    files.tiff("in/scan.tif", 3);
    files.tiff("in/one.tif", 1);
    Path manifest = files.text("in/m.csv", "uri,pages\nscan.tif,\none.tif,\nscan.tif,4\n");

    run(manifest, "say");

    assertThat(
            results(
                "concat_ws('|', part.kind, part.page, status, image.width, error.type, error.message)"))
        .extracting(row -> row.getString(0))
        .hasSize(5)
        .contains("image|ok|10", "page|1|ok|10", "page|2|ok|20", "page|3|ok|30")
        .anyMatch(row -> row.startsWith("document|error|INVALID_REQUEST|"));
  }

  @Test
  void aHugePictureInTilesIsOneRow() {
    files.picture("in/a.png", 600, 400);
    Path manifest =
        files.text(
            "in/m.jsonl",
            "{\"uri\": \"a.png\", \"say\": \"[{\\\"bbox_2d\\\": [1, 2, 10, 10], \\\"label\\\": \\\"cup\\\"}]\"}\n");
    int before = EchoEngine.asked();

    Run run =
        run(
            request(manifest, Retry.TRANSIENT, "say_boxes"),
            Map.of(
                "spark.qwenvl.picture.huge", "tile", "spark.qwenvl.picture.tilePixels", "47040"));

    TileGrid grid = TileGrid.of(new Size(400, 600), 47040);
    assertThat(grid.count()).isGreaterThan(4);
    assertThat(EchoEngine.asked() - before).isEqualTo((int) grid.count());
    assertThat(run.tally().ok()).isEqualTo(1);
    Row row =
        results(
                "transform(boxes, b -> array_join(b.bbox, ' '))",
                "image.width",
                "image.resized_width",
                "usage.prompt_tokens",
                "finish_reason")
            .get(0);
    assertThat(row.<String>getList(0))
        .containsExactlyElementsOf(
            grid.tiles().stream()
                .map(
                    tile ->
                        "%d %d %d %d"
                            .formatted(
                                tile.left() + 2, tile.top() + 4, tile.left() + 20, tile.top() + 20))
                .toList());
    assertThat(row.getInt(1)).isEqualTo(600);
    assertThat(row.getInt(2)).isEqualTo(600);
    assertThat(row.getInt(3)).isEqualTo(10 * (int) grid.count());
    assertThat(row.getString(4)).isEqualTo("stop");
  }

  @Test
  void aTileThatFailsFailsTheRowAndAHugePictureMayBeRefused() {
    files.picture("in/a.png", 600, 400);
    Path manifest = files.text("in/m.csv", "uri,say\na.png," + EchoEngine.OUT_OF_MEMORY + "\n");

    run(
        request(manifest, Retry.TRANSIENT, "say"),
        Map.of("spark.qwenvl.picture.huge", "tile", "spark.qwenvl.picture.tilePixels", "47040"));
    run(
        request(manifest, Retry.TRANSIENT, "say"),
        Map.of("spark.qwenvl.picture.huge", "refuse", "spark.qwenvl.picture.hugePixels", "9999"));

    assertThat(results("error.message"))
        .extracting(row -> row.getString(0))
        .satisfiesExactlyInAnyOrder(
            message ->
                assertThat(message)
                    .matches("Tile 1 of \\d+ \\(.* pixels at x 0, y 0\\): The batch does not fit"),
            message ->
                assertThat(message)
                    .startsWith(
                        "A picture of 600 x 400 pixels is huge: 240,000 pixels exceed 9,999"));
  }
}
