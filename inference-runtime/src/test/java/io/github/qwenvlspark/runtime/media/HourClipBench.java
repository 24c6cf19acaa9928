package io.github.qwenvlspark.runtime.media;

import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.testing.SyntheticClip;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Time and memory of a long clip, run by hand: {@code java -Xmx256m … HourClipBench clip.mp4 3600},
 * which makes the file if it is not there. Samples up to 128 frames. Prints seconds, milliseconds
 * for each sampled frame, and the process's peak memory.
 */
public final class HourClipBench {
  private HourClipBench() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int seconds = Integer.parseInt(args[1]);
    if (Files.notExists(file)) {
      new SyntheticClip(640, 360, 30, 30 * seconds, 60).write(file);
      System.out.printf("made %,d bytes%n", Files.size(file));
      return;
    }
    FrameFit fit =
        new VisualPreprocessor(
                new PixelLimits(3136, 12_845_056),
                new Normalization(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f}))
            .frameFit(VisualSize.DEFAULT);
    for (TimeSpan span : List.of(TimeSpan.WHOLE, new TimeSpan(seconds / 2.0, seconds / 2.0 + 60))) {
      long start = System.nanoTime();
      try (MediaBytes bytes = new FileBytes(file)) {
        Clip clip =
            VideoReader.read(
                bytes,
                new ClipRequest(span, new FrameSampler.Rate(2.0, 4, OptionalInt.of(128)), fit),
                MediaLimits.DEFAULT);
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            "%s: %,d of %,d frames at %d x %d in %.1f s, %.1f ms each%n",
            span,
            clip.frames().size(),
            clip.totalFrames(),
            clip.frames().get(0).width(),
            clip.frames().get(0).height(),
            took,
            1000 * took / clip.frames().size());
      }
    }
    Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .forEach(System.out::println);
  }

  /** A local file, read where it is asked for. */
  private static final class FileBytes implements MediaBytes {
    private final RandomAccessFile file;

    FileBytes(Path path) throws IOException {
      file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public long length() {
      try {
        return file.length();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      file.seek(position);
      return file.read(target, offset, count);
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
