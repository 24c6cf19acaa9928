package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.media.Clip;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.media.VideoReader;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The pixels of a planned row. Keeps the last PDF open, since its pages come one after the other.
 * Confined to one thread; the caller closes it.
 */
public final class MediaReader implements AutoCloseable {
  private final Fetcher fetcher;
  private final MediaLimits limits;
  private final ImageDecoder pictures;
  private final PreprocessorPath path;
  private final int pdfDpi;
  private String openUri = "";
  private PdfDocument openPdf;
  private double fetchMs;

  public MediaReader(Fetcher fetcher, MediaLimits limits, Alternatives alternatives, int pdfDpi) {
    this.fetcher = fetcher;
    this.limits = limits;
    this.pictures = new ImageDecoder(limits, alternatives.pictureRules());
    this.path = alternatives.path();
    this.pdfDpi = pdfDpi;
  }

  /** The picture, page or clip that {@code row} is about, as a part of a message. */
  public Part read(PlannedRow row, Task task) {
    fetchMs = 0;
    VisualSize size =
        new VisualSize(positive(task.minPixels()), positive(task.maxPixels()), Optional.empty());
    return switch (row.part().kind()) {
      case "page" -> new Part.Image(page(row), size);
      case "clip" -> clip(row, task, size);
      default -> new Part.Image(pictures.decode(fetch(row)), size);
    };
  }

  /** Milliseconds that the last {@link #read} spent fetching bytes. */
  double fetchMs() {
    return fetchMs;
  }

  private Part clip(PlannedRow row, Task task, VisualSize size) {
    FrameSampler sampler =
        new FrameSampler.Rate(task.fps(), task.minFrames(), positive(task.maxFrames()));
    Clip clip = VideoReader.read(fetch(row), sampler.on(path), limits);
    return new Part.Video(clip.frames(), clip.sampleFps(), size);
  }

  private RgbImage page(PlannedRow row) {
    if (!openUri.equals(row.uri())) {
      close();
      openPdf = PdfDocument.open(fetch(row), limits);
      openUri = row.uri();
    }
    return openPdf.render(row.part().page(), pdfDpi);
  }

  private byte[] fetch(PlannedRow row) {
    long start = System.nanoTime();
    byte[] bytes = fetcher.read(new Fetcher.Found(row.uri(), row.length(), row.content()));
    fetchMs = (System.nanoTime() - start) / 1e6;
    return bytes;
  }

  private static OptionalInt positive(int value) {
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }

  @Override
  public void close() {
    if (openPdf != null) {
      openPdf.close();
      openPdf = null;
      openUri = "";
    }
  }
}
