package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturePartsTest {
  @TempDir Path folder;

  private SampleFiles files;

  @BeforeEach
  void prepare() {
    files = new SampleFiles(folder);
  }

  private static List<Part> parts(Path file, String pages, RunSettings settings) {
    Fetcher fetcher = new Fetcher(new Configuration(), settings.media(), new FetchSettings(1));
    Fetcher.Found found = fetcher.find(file.toString());
    OpenDocument document = OpenDocument.of(fetcher, found);
    Reading reading =
        new Reading(
            Optional.of(pages).filter(text -> !text.isEmpty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Outlooks outlooks =
        new Outlooks(
            Task.FOR_DISPLAY,
            settings,
            new VisualSizes(PreprocessorPath.QWEN_VL_UTILS, new PixelLimits(1, 1_000_000)));
    return new DocumentParts(outlooks)
        .of(MediaKind.of(document.head()), document, reading).stream()
            .map(ForetoldPart::part)
            .toList();
  }

  private static List<Part> parts(Path file, String pages) {
    return parts(file, pages, DefaultSettings.get());
  }

  @Test
  void everyPageOfATiffIsAPart() {
    assertThat(parts(files.tiff("three.tif", 3), ""))
        .containsExactly(Part.page(0), Part.page(1), Part.page(2));
  }

  @Test
  void aTiffOfOnePageIsAPicture() {
    assertThat(parts(files.tiff("one.tif", 1), "")).containsExactly(Part.image());
    assertThat(parts(files.picture("a.png", 8, 8), "")).containsExactly(Part.image());
  }

  @Test
  void theColumnPagesChoosesPagesOfATiff() {
    assertThat(parts(files.tiff("four.tif", 4), "4,1-2"))
        .containsExactly(Part.page(0), Part.page(1), Part.page(3));
  }

  @Test
  void aPageThatAPictureDoesNotHaveIsAnInvalidRequest() {
    assertThatThrownBy(() -> parts(files.picture("a.png", 8, 8), "2"))
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining("pages")
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.INVALID_REQUEST);
  }

  @Test
  void aTiffOfTooManyPagesIsTooLarge() {
    RunSettings two = DefaultSettings.with("spark.qwenvl.media.maxPages", "2");

    assertThatThrownBy(() -> parts(files.tiff("three.tif", 3), "", two))
        .isInstanceOf(QwenVlException.class)
        .hasMessage("3 pages exceed 2 (spark.qwenvl.media.maxPages)");
  }
}
