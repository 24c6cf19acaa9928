package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.Part.Image;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaReaderTest {
  @TempDir Path folder;

  private static PlannedRow page(Path file, int page) {
    return new PlannedRow(
        "key",
        "id",
        file.toString(),
        file.toFile().length(),
        SampleFiles.fingerprint(file),
        new Part("page", page),
        "ocr",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void pagesOfTiffsAndPdfsAreToldApartByTheirBytes() {
    SampleFiles files = new SampleFiles(folder);
    Path tiff = files.tiff("scan.pdf", 3);
    Path pdf = files.pdf("print.tif", 2);
    Fetcher fetcher = new Fetcher(new Configuration(), MediaLimits.DEFAULT, new FetchSettings(1));
    try (MediaReader media =
        new MediaReader(
            fetcher,
            DefaultSettings.get(),
            size -> {
              throw new IllegalStateException("There are no clips");
            })) {
      assertThat(width(media, page(tiff, 0))).isEqualTo(10);
      assertThat(width(media, page(tiff, 2))).isEqualTo(30);
      assertThat(width(media, page(pdf, 1))).isEqualTo(144);
      assertThat(width(media, page(tiff, 1))).isEqualTo(20);
      assertThat(media.fetchMs()).isPositive();
    }
  }

  private static int width(MediaReader media, PlannedRow row) {
    return ((Image) media.read(row, Task.FOR_DISPLAY)).pixels().width();
  }
}
