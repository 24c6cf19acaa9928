package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stretches and segments of clips from the manifest to the table; the model echoes. */
class ClipRunTest extends EchoRuns {
  @BeforeEach
  void prepare() throws IOException {
    files.text(
        "tasks/when.yaml",
        """
        task: when
        media: [video]
        prompt: "{say}"
        parameters: {say: It happens in 0.5 - 1 seconds.}
        answer: moments
        """);
    Files.createDirectories(folder.resolve("in"));
    for (String clip : List.of("moving-0.mp4", "moving-3.webm")) {
      Files.copy(Path.of("demo/samples/inputs", clip), folder.resolve("in").resolve(clip));
    }
  }

  private List<String> run(Path manifest, Map<String, String> settings, String columns) {
    run(request(manifest, Retry.TRANSIENT, "when"), settings);
    return texts("concat_ws('|', " + columns + ")");
  }

  @Test
  void aStretchIsReadAndItsMomentsAreInTheClipsOwnTime() {
    Path manifest =
        files.text("in/m.csv", "id,uri,video_start,video_end\n1,moving-0.mp4,1,00:00:02\n");

    assertThat(
            run(
                manifest,
                Map.of(),
                "status, part.kind, part.start_s, part.end_s, moments[0].start_s, moments[0].end_s"))
        .containsExactly("ok|clip|1.0|2.0|1.5|2.0");
  }

  @Test
  void aStretchThatIsNoneIsAnInvalidRequest() {
    Path manifest =
        files.text(
            "in/m.csv",
            "id,uri,video_start,video_end\n1,moving-0.mp4,soon,\n2,moving-0.mp4,900,901\n");

    assertThat(run(manifest, Map.of(), "source_id, status, error.type"))
        .containsExactlyInAnyOrder("1|error|INVALID_REQUEST", "2|error|INVALID_REQUEST");
  }

  @Test
  void segmentsAreRequestsOfTheirOwnAndTheLastOneHasNoEnd() {
    Path manifest = files.text("in/m.csv", "id,uri\n1,moving-3.webm\n");

    List<String> rows =
        run(
            manifest,
            Map.of("spark.qwenvl.video.segmentSeconds", "1"),
            "status, part.start_s, coalesce(cast(part.end_s as string), 'rest'), moments[0].start_s");

    assertThat(rows).hasSizeGreaterThan(1).contains("ok|0.0|1.0|0.5");
    assertThat(rows.stream().filter(row -> row.contains("rest"))).hasSize(1);
  }
}
