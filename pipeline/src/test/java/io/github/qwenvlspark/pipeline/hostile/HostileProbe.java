package io.github.qwenvlspark.pipeline.hostile;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.FrameArchive;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PageScale;
import io.github.qwenvlspark.runtime.media.PdfDocument;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.media.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the files of a folder in a JVM with a small heap, and prints a line for each: name, what
 * became of it, milliseconds. Then what is left behind. Started by {@link HostileFilesTest}.
 */
final class HostileProbe {
  static final MediaLimits LIMITS =
      new MediaLimits(64L << 20, 16_000_000, 100, 1000, 10).with(Duration.ofSeconds(2));

  /** A good file, which is read before all others. */
  static final String FIRST = "first";

  private HostileProbe() {}

  public static void main(String[] folders) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(folders[0]))) {
      files = all.filter(file -> !file.endsWith(FIRST)).sorted().toList();
    }
    // What libraries start for the life of a JVM, they start here.
    outcome(Files.readAllBytes(Path.of(folders[0], FIRST)));
    Set<String> before = threads();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      long start = System.nanoTime();
      String outcome = outcome(bytes);
      System.out.printf(
          "%s %s %d%n", file.getFileName(), outcome, (System.nanoTime() - start) / 1_000_000);
    }
    Set<String> left = threads();
    left.removeAll(before);
    left.remove("Java2D Disposer"); // one for the life of a JVM, started by what is refused first
    System.out.printf("threads-left %s%n", left);
  }

  private static String outcome(byte[] bytes) throws IOException {
    try {
      return switch (MediaKind.of(Arrays.copyOf(bytes, Math.min(bytes.length, 1024)))) {
        case IMAGE -> {
          new ImageDecoder(LIMITS, PictureRules.REFERENCE).decode(bytes);
          yield "READ";
        }
        case PDF -> {
          try (PdfDocument pdf = PdfDocument.open(bytes, LIMITS)) {
            pdf.render(0, PageScale.dpi(72));
          }
          yield "READ";
        }
        case VIDEO -> {
          if (FrameArchive.isZip(bytes)) {
            for (byte[] frame : FrameArchive.read(MediaBytes.of(bytes), LIMITS)) {
              new ImageDecoder(LIMITS, PictureRules.REFERENCE).decode(frame);
            }
          } else {
            VideoReader.read(bytes, (frames, fps) -> new int[] {0}, LIMITS);
          }
          yield "READ";
        }
      };
    } catch (QwenVlException e) {
      return e.type().name();
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
