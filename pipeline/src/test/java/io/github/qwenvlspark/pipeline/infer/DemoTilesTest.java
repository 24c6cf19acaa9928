package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.udfs.measure.EditDistance;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model reads four receipts that were scanned as one long strip. */
class DemoTilesTest {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final List<String> SAMPLES =
      List.of("receipt-03.png", "receipt-05.png", "receipt-03.png", "receipt-05.png");

  @TempDir Path folder;

  @Test
  void aLongStripIsReadInTilesAndNotWhenItIsSeenSmall() throws IOException {
    Path strip = strip();
    String truth =
        SAMPLES.stream()
            .map(file -> DEMO.truths().get(new Demo.Sample(file, 0, "ocr")))
            .collect(Collectors.joining("\n"));
    try (QwenVl engine = QwenVl.open(DEMO.model(), new EngineOptions(2, 8, 1024, 512))) {
      Answered small = ask(engine, strip, "downscale");
      Answered tiled = ask(engine, strip, "tile");

      assertThat(EditDistance.characterErrorRate(small.completion().text(), truth))
          .isGreaterThan(0.8);
      assertThat(EditDistance.characterErrorRate(tiled.completion().text(), truth))
          .isLessThan(0.15);
      assertThat(small.completion().usage().visualTokens()).isLessThanOrEqualTo(100);
      assertThat(tiled.completion().usage().visualTokens()).isEqualTo(6 * 100);
      assertThat(tiled.completion().visuals())
          .singleElement()
          .extracting(visual -> visual.original().height())
          .isEqualTo(4 * 280);
    }
  }

  private Path strip() throws IOException {
    BufferedImage strip = new BufferedImage(280, 280 * SAMPLES.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = strip.createGraphics();
    for (int i = 0; i < SAMPLES.size(); i++) {
      Path sample = DEMO.folder().resolve("samples/inputs/" + SAMPLES.get(i));
      graphics.drawImage(ImageIO.read(sample.toFile()), 0, 280 * i, null);
    }
    graphics.dispose();
    Path file = folder.resolve("strip.png");
    ImageIO.write(strip, "png", file.toFile());
    return file;
  }

  private static Answered ask(QwenVl engine, Path file, String policy) {
    RunSettings settings =
        RunSettings.from(
            new Settings(
                Map.of(
                    "spark.qwenvl.picture.huge",
                    policy,
                    "spark.qwenvl.picture.hugePixels",
                    "100000")),
            2);
    Fetcher fetcher = new Fetcher(new Configuration(), settings.media(), new FetchSettings(1));
    try (RowInference inference =
        new RowInference(
            engine,
            new MediaReader(fetcher, settings, engine::frameFit),
            Map.of("ocr", Tasks.load(Optional.empty()).get("ocr", engine.model().name())),
            PromptOptions.DEFAULT,
            Duration.ZERO,
            new PixelBudget(1L << 30))) {
      PlannedRow row =
          new PlannedRow(
              "key",
              "strip",
              file.toString(),
              file.toFile().length(),
              SampleFiles.fingerprint(file),
              new Part("image", 0),
              "ocr",
              Map.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      return (Answered) inference.submit(row).join();
    }
  }
}
