package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clips whose frames are pictures, from the manifest to the table; the model echoes. */
class FrameRunTest extends EchoRuns {
  @BeforeEach
  void prepare() {
    files.text("tasks/look.yaml", "task: look\nmedia: [video]\nprompt: \"look\"\n");
    for (int i = 1; i <= 3; i++) {
      files.picture("in/shots/%d.png".formatted(i), 56, 84);
    }
  }

  private List<String> rows(Path manifest, String columns) {
    run(manifest, "look");
    return texts("concat_ws('|', " + columns + ")");
  }

  private void zip(String name, String... entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        Files.copy(folder.resolve("in").resolve(entry), zip);
        zip.closeEntry();
      }
    }
  }

  @Test
  void aListOfPicturesIsAClipWithAllOfThem() {
    Path manifest =
        files.text(
            "in/m.jsonl",
            """
            {"id": "a", "frames": ["shots/1.png", "shots/2.png", "shots/3.png"]}
            {"id": "b", "frames": ["shots/2.png"], "frame_fps": 0.5}
            """);

    assertThat(rows(manifest, "source_id, status, part.kind, image.frames"))
        .containsExactlyInAnyOrder("a|ok|frames|3", "b|ok|frames|1");
  }

  @Test
  void aZipOfPicturesIsAClipToo() throws IOException {
    zip("in/shots.zip", "shots/3.png", "shots/1.png");
    Path manifest = files.text("in/m.csv", "uri\nshots.zip\n");

    assertThat(rows(manifest, "status, part.kind, image.frames")).containsExactly("ok|frames|2");
  }

  @Test
  void theSameFramesAtAnotherSpeedAreAnotherRequest() throws IOException {
    zip("in/shots.zip", "shots/1.png", "shots/2.png");
    Path manifest =
        files.text("in/m.csv", "id,uri,frame_fps\n1,shots.zip,\n2,shots.zip,4\n3,shots.zip,2\n");

    assertThat(rows(manifest, "status")).hasSize(2);
  }

  @Test
  void framesThatCannotBeReadAreOneErrorOfTheirRow() {
    files.text("in/shots/text.png", "no picture");
    Path manifest =
        files.text(
            "in/m.jsonl",
            """
            {"id": "missing", "frames": ["shots/1.png", "shots/9.png"]}
            {"id": "broken", "frames": ["shots/1.png", "shots/text.png"]}
            {"id": "none", "frames": []}
            {"id": "good", "frames": ["shots/1.png"]}
            """);

    assertThat(rows(manifest, "source_id, status, error.type"))
        .containsExactlyInAnyOrder(
            "missing|error|NOT_FOUND",
            "broken|error|UNSUPPORTED_MEDIA",
            "none|error|INVALID_REQUEST",
            "good|ok");
  }

  @Test
  void picturesOfDifferentSizesAreNoClip() {
    files.picture("in/shots/wide.png", 112, 84);
    Path manifest =
        files.text("in/m.jsonl", "{\"frames\": [\"shots/1.png\", \"shots/wide.png\"]}\n");

    assertThat(rows(manifest, "error.type, error.message"))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("INVALID_REQUEST|")
        .contains("Frame 2: Picture 2 of a clip is resized to 112 x 84, the first to 56 x 84");
  }

  @Test
  void rowsThatAskWrongOfOneDocumentAreToldApart() throws IOException {
    zip("in/shots.zip", "shots/1.png");
    Path manifest = files.text("in/m.csv", "id,uri,frame_fps\n1,shots.zip,fast\n2,shots.zip,-1\n");

    assertThat(rows(manifest, "source_id, error.type"))
        .containsExactlyInAnyOrder("1|INVALID_REQUEST", "2|INVALID_REQUEST");
  }
}
