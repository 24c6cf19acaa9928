package io.github.qwenvlspark.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code target/sample-report.html} from the demo's samples and the reference's answers, to
 * be looked at in a browser: no test can say whether a page is good to read.
 */
class SampleReportTest {
  private static final Path SAMPLES = Path.of("demo/samples");
  private static final Path REPORT = Path.of("target/sample-report.html");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, AnswerFormat> FORMATS =
      Map.of(
          "key_information", AnswerFormat.FIELDS,
          "document_parsing", AnswerFormat.HTML,
          "grounding", AnswerFormat.BOXES,
          "video_events", AnswerFormat.MOMENTS);

  @Test
  void aReportOfTheSamplesIsOneFileWithAllOfThem() throws IOException {
    Map<String, List<JsonNode>> answers = new LinkedHashMap<>();
    for (String line : Files.readAllLines(SAMPLES.resolve("golden_outputs.jsonl"))) {
      JsonNode golden = JSON.readTree(line);
      answers.computeIfAbsent(golden.path("file").asText(), f -> new ArrayList<>()).add(golden);
    }
    List<ReportPage> pages = new ArrayList<>();
    for (Map.Entry<String, List<JsonNode>> file : answers.entrySet()) {
      if (!file.getKey().endsWith(".pdf")) {
        pages.add(page(file.getKey(), file.getValue()));
      }
    }
    pages.addAll(edges());
    try (Writer out = Files.newBufferedWriter(REPORT)) {
      HtmlReport.write(summary(), pages, out);
    }

    assertThat(Files.readString(REPORT))
        .contains("invoice-01.png", "moving-4.mp4", "ENCRYPTED_DOCUMENT", "</html>")
        .doesNotContain("http:", "https:");
  }

  private static ReportSummary summary() {
    Map<String, String> tiles = new LinkedHashMap<>();
    tiles.put("answers", "117");
    tiles.put("errors", "6");
    tiles.put("seconds", "52.5");
    tiles.put("requests a second", "2.4");
    tiles.put("tokens written", "10217");
    Map<String, Long> errors = new LinkedHashMap<>();
    errors.put("CORRUPT_MEDIA", 4L);
    errors.put("ENCRYPTED_DOCUMENT", 1L);
    return new ReportSummary(
        "What the model read",
        "qwen2.5-vl-demo, fingerprint 8cd4f4da60f9, run 878ff75b-62d3-42b0-8ae2-89b4bd668822",
        tiles,
        errors,
        List.of(
            new ReportSummary.TaskAccuracy("document_parsing", 25, "64.0 %", "1.56 %"),
            new ReportSummary.TaskAccuracy("key_information", 20, "95.0 %", "0.06 %")),
        List.of(
            new ReportSummary.TaskQuality(
                "document_parsing", "26", "1", "2", "1", "97.1 %", "2310 ms"),
            new ReportSummary.TaskQuality(
                "key_information", "20", "0", "0", "0", "99.8 %", "640 ms")),
        List.of(
            new ReportSummary.Uncertain(
                "letters-2.pdf",
                "page 3",
                "document_parsing",
                "81.2 %",
                "please jump the plan ship next"),
            new ReportSummary.Uncertain(
                "note-12.jpg", "", "ocr", "88.0 %", "10/07/20 wul IWA Gaj ERA")),
        "At most 50 documents are shown, in the order of their names.");
  }

  private static ReportPage page(String file, List<JsonNode> goldens) throws IOException {
    if (!file.endsWith(".png") && !file.endsWith(".jpg")) {
      List<RgbImage> frames = new ArrayList<>();
      for (int i = 0; Files.exists(frame(file, i)); i++) {
        frames.add(image(frame(file, i)));
      }
      return new ReportPage(
          file, "clip", ImageDataUri.of(frames), 1, 1, List.of(), answers(goldens));
    }
    RgbImage image = image(SAMPLES.resolve("inputs").resolve(file));
    int scale = file.startsWith("large") ? 2 : 1;
    List<ReportBox> boxes = new ArrayList<>();
    for (JsonNode golden : goldens) {
      ParsedAnswer answer = parsed(golden);
      answer
          .elements()
          .forEach(e -> boxes.add(ReportBox.of("element", e.type(), scaled(e.bbox(), scale))));
      answer.boxes().forEach(b -> boxes.add(ReportBox.of("box", b.label(), b.bbox())));
    }
    return new ReportPage(
        file,
        "image",
        ImageDataUri.of(image),
        image.width(),
        image.height(),
        boxes,
        answers(goldens));
  }

  private static Path frame(String file, int number) {
    return SAMPLES.resolve("frames/%s.%02d.png".formatted(file, number));
  }

  private static List<Integer> scaled(List<Integer> box, int scale) {
    return box.stream().map(side -> side * scale).toList();
  }

  private static List<ReportAnswer> answers(List<JsonNode> goldens) {
    return goldens.stream().map(SampleReportTest::answer).toList();
  }

  private static ReportAnswer answer(JsonNode golden) {
    ParsedAnswer parsed = parsed(golden);
    Map<String, String> fields = new LinkedHashMap<>();
    parsed.fields().forEach((name, value) -> fields.put(name, value == null ? "" : value));
    return new ReportAnswer(
        golden.path("task").asText(),
        golden.path("text").asText(),
        parsed.elements().isEmpty() ? "" : CleanPage.of(golden.path("text").asText()),
        fields,
        parsed.moments().stream()
            .map(moment -> moment.startS() + " – " + moment.endS() + " s: " + moment.text())
            .toList(),
        "",
        "",
        "stop",
        812,
        "99.7 %",
        Map.of("tokens", "94 read, 56 of them seen; 52 written"));
  }

  private static ParsedAnswer parsed(JsonNode golden) {
    AnswerFormat format = FORMATS.getOrDefault(golden.path("task").asText(), AnswerFormat.TEXT);
    return AnswerParser.parse(format, golden.path("text").asText());
  }

  /** What the samples do not have: a large screen with points and labels at the rim, errors. */
  private static List<ReportPage> edges() {
    RgbImage screen = new RgbImage(2560, 1440, grey(2560 * 1440 * 3));
    return List.of(
        new ReportPage(
            "s3://bucket/" + "a-very-long-name-without-any-place-to-break-".repeat(4) + ".png",
            "image",
            ImageDataUri.of(screen),
            1440,
            2560,
            List.of(
                ReportBox.of("box", "status bar", List.of(0, 0, 1440, 90)),
                ReportBox.of(
                    "box",
                    "a label that is much longer than its box",
                    List.of(1200, 400, 1400, 500)),
                ReportBox.of("box", "确定", List.of(300, 2300, 1100, 2450)),
                ReportBox.point("coordinate", List.of(700, 1200)),
                ReportBox.point("coordinate2", List.of(1300, 1500))),
            List.of(
                new ReportAnswer(
                    "agent",
                    "",
                    "",
                    Map.of("a_field_name_much_longer_than_anyone_would_want", "swipe".repeat(40)),
                    List.of(),
                    "",
                    "",
                    "length",
                    15_230,
                    "",
                    Map.of("row", "0f".repeat(32))))),
        new ReportPage(
            "locked.pdf",
            "page 1",
            "",
            1,
            1,
            List.of(),
            List.of(
                new ReportAnswer(
                    "ocr",
                    "",
                    "",
                    Map.of(),
                    List.of(),
                    "ENCRYPTED_DOCUMENT",
                    "s3://bucket/locked.pdf asks for a password; remove it or leave the document out",
                    "",
                    3,
                    "",
                    Map.of()))));
  }

  private static byte[] grey(int length) {
    byte[] grey = new byte[length];
    Arrays.fill(grey, (byte) 200);
    return grey;
  }

  private static RgbImage image(Path file) throws IOException {
    BufferedImage pixels = ImageIO.read(file.toFile());
    byte[] rgb = new byte[pixels.getWidth() * pixels.getHeight() * 3];
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour = pixels.getRGB(i % pixels.getWidth(), i / pixels.getWidth());
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return new RgbImage(pixels.getHeight(), pixels.getWidth(), rgb);
  }
}
