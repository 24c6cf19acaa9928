package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One question about one file. */
class AskJobTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final Settings SMALL =
      new Settings(
          Map.of(
              "spark.qwenvl.engine.maxContextTokens", "1024",
              "spark.qwenvl.engine.maxBatch", "1"));

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private AskJob job(ModelAccess models) {
    PrintStream said = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new AskJob(
        models,
        new Progress(said, Progress.Style.SILENT),
        new PrintStream(out, false, StandardCharsets.UTF_8),
        said);
  }

  private static AskRequest request(String task, Path file, OptionalInt page, Optional<Path> draw) {
    return new AskRequest(
        DEMO.model().toString(),
        task,
        Optional.empty(),
        Optional.empty(),
        file.toString(),
        page,
        OptionalInt.empty(),
        draw);
  }

  /** What a run answers: each of these is a case of DemoGoldenTest too. */
  private static String golden(String task, String file, int page) throws IOException {
    for (String line : Files.readAllLines(DEMO.folder().resolve("samples/golden_outputs.jsonl"))) {
      JsonNode golden = new ObjectMapper().readTree(line);
      if (golden.path("task").asText().equals(task)
          && golden.path("file").asText().equals(file)
          && golden.path("page").asInt() == page - 1) {
        return golden.path("text").asText();
      }
    }
    throw new IllegalArgumentException("No golden " + task + " of " + file);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "key_information, invoice-01.png, 1",
    "ocr, letters-0.pdf, 1",
    "video_caption, moving-0.mp4, 1"
  })
  void theAnswerIsThatOfARun(String task, String file, int page) throws IOException {
    Path sample = DEMO.folder().resolve("samples/inputs").resolve(file);
    OptionalInt which = file.endsWith(".pdf") ? OptionalInt.of(page) : OptionalInt.empty();

    boolean answered =
        job(ModelAccess.qwenVl()).ask(request(task, sample, which, Optional.empty()), SMALL);

    assertThat(answered).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(golden(task, file, page) + "\n");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .containsPattern("\\d+ tokens read \\(\\d+ of them seen\\) in [\\d.]+ s, \\d+ written in ")
        .contains("ended by stop");
  }

  @Test
  void whatWasFoundIsPaintedOverThePictureAtItsOwnSize() throws IOException {
    Path file = folder.resolve("new/found.png");

    job(ModelAccess.qwenVl())
        .ask(
            request(
                "grounding",
                DEMO.folder().resolve("samples/inputs/shapes-0.jpg"),
                OptionalInt.empty(),
                Optional.of(file)),
            SMALL);

    BufferedImage sample =
        ImageIO.read(DEMO.folder().resolve("samples/inputs/shapes-0.jpg").toFile());
    BufferedImage drawn = ImageIO.read(file.toFile());
    assertThat(drawn.getWidth()).isEqualTo(sample.getWidth());
    assertThat(drawn.getHeight()).isEqualTo(sample.getHeight());
    assertThat(drawn.getRGB(0, 0, drawn.getWidth(), drawn.getHeight(), null, 0, drawn.getWidth()))
        .contains(0xffd9480f);
  }

  @Test
  void aFileThatCannotBeReadEndsWithItsTypedError() throws IOException {
    Path broken = Files.createFile(folder.resolve("empty.png"));

    boolean answered =
        job(EchoEngine.access())
            .ask(request("ocr", broken, OptionalInt.empty(), Optional.empty()), SMALL);

    assertThat(answered).isFalse();
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("CORRUPT_MEDIA: ");
  }

  @Test
  void aDocumentOfSeveralPagesIsNotGuessedAt() {
    Path pdf = new SampleFiles(folder).pdf("three.pdf", 3);

    assertThatThrownBy(
            () ->
                job(EchoEngine.access())
                    .ask(request("ocr", pdf, OptionalInt.empty(), Optional.empty()), SMALL))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("three.pdf has 3 parts")
        .hasMessageContaining("--page");
  }

  @Test
  void aPageThatIsNotThereIsNamed() {
    Path pdf = new SampleFiles(folder).pdf("three.pdf", 3);

    assertThatThrownBy(
            () ->
                job(EchoEngine.access())
                    .ask(request("ocr", pdf, OptionalInt.of(4), Optional.empty()), SMALL))
        .isInstanceOf(BadRequestException.class)
        .hasMessageStartingWith("--page 4: ")
        .hasMessageEndingWith("three.pdf has pages 1 to 3");
  }

  @Test
  void aClipHasNoOnePictureToDrawOn() {
    Path clip = DEMO.folder().resolve("samples/inputs/moving-0.mp4");
    AskRequest request =
        request("video_caption", clip, OptionalInt.empty(), Optional.of(folder.resolve("x.png")));

    assertThatThrownBy(() -> job(EchoEngine.access()).ask(request, SMALL))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("--draw paints on a picture or a page");
  }

  @Test
  void aTaskThatDoesNotReadSuchAFileIsABadRequest() {
    Path clip = DEMO.folder().resolve("samples/inputs/moving-0.mp4");

    assertThatThrownBy(
            () ->
                job(EchoEngine.access())
                    .ask(request("ocr", clip, OptionalInt.empty(), Optional.empty()), SMALL))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("Task ocr reads");
  }

  @Test
  void charactersOfSeveralTokensArriveWhole() throws IOException {
    Path picture = new SampleFiles(folder).picture("a.png", 60, 40);
    AskRequest request =
        new AskRequest(
            "no-model-needed",
            "prompt",
            Optional.of("Größe 1 µm, 漢字 😀"),
            Optional.empty(),
            picture.toString(),
            OptionalInt.empty(),
            OptionalInt.of(7),
            Optional.empty());

    job(EchoEngine.access()).ask(request, SMALL);

    assertThat(List.of(out.toString(StandardCharsets.UTF_8).split("\\R")))
        .containsExactly("Größe 1 µm, 漢字 😀");
  }
}
