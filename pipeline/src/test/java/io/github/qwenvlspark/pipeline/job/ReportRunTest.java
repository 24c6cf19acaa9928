package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.report.ReportSummary;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** The report of runs whose rows are no plain pictures. */
class ReportRunTest extends EchoRuns {
  private String report() throws IOException {
    Path file = folder.resolve("report.html");
    new ReportJob(spark, DefaultSettings.get())
        .write(
            new ResultsTable(spark, output()).read(),
            new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""),
            20,
            file);
    return Files.readString(file);
  }

  @Test
  void boxesLieWhereTheyAreThoughTheTaskSawThePageSmaller() throws IOException {
    files.text(
        "tasks/small.yaml",
        """
        task: small
        media: [pdf]
        answer: boxes
        pdf_long_side: 792
        prompt: '[{"bbox_2d": [5, 10, 25, 40], "label": "cup"}]'
        """);
    files.pdfOf("in/letter.pdf", "Hello");

    run(files.text("in/m.csv", "uri\nletter.pdf\n"), "small");

    assertThat(texts("array_join(boxes[0].bbox, ' ')")).containsExactly("10 20 50 80");
    assertThat(report()).contains("<rect x=\"20\" y=\"40\" width=\"80\" height=\"120\">");
  }

  @Test
  void listsAndZipsOfFramesAreShownOneByOneWithoutPictures() throws IOException {
    task("say", "text");
    files.picture("in/1.png", 56, 84);
    try (OutputStream out = Files.newOutputStream(folder.resolve("in/shots.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("1.png"));
      Files.copy(folder.resolve("in/1.png"), zip);
    }
    run(
        files.text(
            "in/m.jsonl",
            """
            {"id": "door", "frames": ["1.png"], "say": "a door"}
            {"id": "window", "frames": ["1.png", "1.png"], "say": "a window"}
            {"id": "zipped", "uri": "shots.zip", "say": "a zip"}
            """),
        "say");

    assertThat(report()).contains("door", "a door", "window", "a window", "shots.zip", "a zip");
  }
}
