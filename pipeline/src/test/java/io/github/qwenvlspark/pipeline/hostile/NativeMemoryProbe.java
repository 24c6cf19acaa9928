package io.github.qwenvlspark.pipeline.hostile;

import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.runtime.media.PictureRules;
import io.github.qwenvlspark.runtime.media.VideoReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the files of a folder over and over in a JVM of its own, and prints how many megabytes of
 * the process lie in memory after each round. Started by {@link NativeMemoryTest}.
 */
final class NativeMemoryProbe {
  private NativeMemoryProbe() {}

  public static void main(String[] arguments) throws IOException {
    List<byte[]> files;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      files = all.sorted().map(NativeMemoryProbe::bytes).toList();
    }
    int rounds = Integer.parseInt(arguments[1]);
    for (int round = 0; round < rounds; round++) {
      for (byte[] file : files) {
        read(file);
      }
      System.out.println(residentMegabytes());
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(byte[] file) {
    try {
      if (MediaKind.of(Arrays.copyOf(file, Math.min(file.length, 1024))) == MediaKind.VIDEO) {
        VideoReader.read(file, (frames, fps) -> new int[] {0, frames - 1}, HostileProbe.LIMITS);
      } else {
        new ImageDecoder(HostileProbe.LIMITS, PictureRules.REFERENCE).decode(file);
      }
    } catch (QwenVlException e) {
      // Broken ones are read as well: what they leave behind counts.
    }
  }

  private static long residentMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String resident = lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(resident.replaceAll("\\D", "")) >> 10;
    }
  }
}
