package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What inspecting reads of a document in a store, by the store's own count. */
class InspectReadsTest {
  private static final Seal SEAL = Seal.fresh();
  private static final int KILOBYTE = 1 << 10;
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path folder;

  private final InProcessS3 s3 = InProcessS3.start();
  private final Configuration hadoop = s3.hadoopConf();
  private String bucket;

  /** Requests for bytes, and the bytes that they brought. */
  private record Reads(long requests, long bytes) {
    Reads minus(Reads before) {
      return new Reads(requests - before.requests, bytes - before.bytes);
    }
  }

  @BeforeEach
  void prepare() {
    bucket = s3.createBucket("inspect");
  }

  @AfterEach
  void close() {
    s3.close();
  }

  private Reads reads() throws IOException {
    FileSystem store = FileSystem.get(URI.create("s3a://" + bucket + "/"), hadoop);
    Map<String, Long> counts = ((IOStatisticsSource) store).getIOStatistics().counters();
    return new Reads(counts.get("action_http_get_request"), counts.get("stream_read_bytes"));
  }

  /** Inspects an object under so many tasks. */
  private Reads inspecting(String key, byte[] bytes, List<PlannedRow> into, String... tasks)
      throws IOException {
    s3.put(bucket, key, bytes);
    Path manifest = folder.resolve("m.txt");
    Files.writeString(manifest, "s3a://%s/%s\n".formatted(bucket, key));
    InspectPartition inspect = inspect(List.of(tasks));
    Reads before = reads();
    for (Row row :
        new Manifest(LocalSpark.session())
            .read(manifest.toString(), List.of(tasks), OptionalInt.empty())
            .collectAsList()) {
      inspect
          .call(row)
          .forEachRemaining(part -> into.add(PlannedRow.fromRow(withSchema(part), SEAL)));
    }
    return reads().minus(before);
  }

  private static Row withSchema(Row row) {
    return LocalSpark.session().createDataFrame(List.of(row), PlannedRow.SCHEMA).head();
  }

  private InspectPartition inspect(List<String> tasks) {
    Task any = Task.FOR_DISPLAY;
    Map<String, Task> named = new HashMap<>();
    tasks.forEach(
        name ->
            named.put(
                name,
                new Task(
                    name,
                    List.of(MediaKind.values()),
                    any.system(),
                    any.prompt(),
                    any.parameters(),
                    any.order(),
                    any.answer(),
                    any.generation(),
                    0,
                    0,
                    any.fps(),
                    any.minFrames(),
                    any.maxFrames())));
    return new InspectPartition(
        new PlanOptions(
            named,
            DefaultSettings.get(),
            "fingerprint",
            new VisualSizes(PreprocessorPath.QWEN_VL_UTILS, new PixelLimits(4 * 784, 16_384 * 784)),
            ExpectedAnswers.NONE,
            SEAL),
        new SerializableConfiguration(hadoop));
  }

  @Test
  void aLargePictureTakesOneRequestAndItsFirst64Kilobytes() throws IOException {
    List<PlannedRow> parts = new ArrayList<>();

    Reads reads = inspecting("noise.png", noise(900, 700), parts, "ocr");

    System.out.println("PNG: " + reads);
    assertThat(reads.requests()).isEqualTo(1);
    assertThat(reads.bytes()).isEqualTo(64 * KILOBYTE);
    // 900 x 700 are seen as 896 x 700.
    assertThat(parts).extracting(row -> row.cost().visualTokens()).containsExactly(32L * 25);
  }

  @Test
  void severalTasksOnADocumentOpenItOnce() throws IOException {
    List<PlannedRow> parts = new ArrayList<>();

    Reads reads = inspecting("noise.png", noise(900, 700), parts, "ocr", "caption", "boxes");

    assertThat(parts).hasSize(3);
    assertThat(reads.requests()).isEqualTo(1);
  }

  @Test
  void aLongPdfTakesAFewBlocksAndNotItsPages() throws IOException {
    List<PlannedRow> parts = new ArrayList<>();
    byte[] pdf = pdf(200);

    Reads reads = inspecting("long.pdf", pdf, parts, "ocr");

    System.out.printf("PDF of 200 pages, %,d bytes: %s%n", pdf.length, reads);
    assertThat(parts).hasSize(200);
    // A letter page at 144 dpi is 1224 x 1584, seen as 1232 x 1596.
    assertThat(parts).extracting(row -> row.cost().visualTokens()).containsOnly(44L * 57);
    assertThat(reads.requests()).isLessThanOrEqualTo(12);
    assertThat(reads.bytes()).isLessThan(pdf.length / 2);
  }

  @Test
  void aTiffOfPagesAndAClipAreSmallReads() throws IOException {
    List<PlannedRow> pages = new ArrayList<>();
    byte[] tiff = Files.readAllBytes(new SampleFiles(folder).tiff("pages.tif", 9));
    Reads ofTiff = inspecting("pages.tif", tiff, pages, "ocr");
    System.out.printf("TIFF of 9 pages, %,d bytes: %s%n", tiff.length, ofTiff);

    assertThat(pages).hasSize(9);
    assertThat(ofTiff.requests()).isEqualTo(1);
    assertThat(ofTiff.bytes()).isEqualTo(Math.min(tiff.length, 64 * KILOBYTE));
  }

  private static byte[] noise(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  /** Letter pages, each with 100 kilobytes of its own. */
  private static byte[] pdf(int pages) throws IOException {
    Random random = new Random(1);
    try (PDDocument pdf = new PDDocument()) {
      for (int i = 0; i < pages; i++) {
        PDPage page = new PDPage();
        byte[] content = new byte[MEGABYTE / 10];
        random.nextBytes(content);
        page.setContents(new PDStream(pdf, new ByteArrayInputStream(content)));
        pdf.addPage(page);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      pdf.save(bytes, CompressParameters.NO_COMPRESSION);
      return bytes.toByteArray();
    }
  }
}
