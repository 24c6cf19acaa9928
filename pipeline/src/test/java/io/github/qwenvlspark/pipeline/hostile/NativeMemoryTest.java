package io.github.qwenvlspark.pipeline.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What FFmpeg and the other native readers take, they give back: clip after clip. */
class NativeMemoryTest {
  private static final Path FIXTURES = Path.of("../inference-runtime/src/test/resources/fixtures");

  /** Of twelve files each, half of them cut off. */
  private static final int ROUNDS = 40;

  /** The heap is full and everything is compiled by then. */
  private static final int WARM = 10;

  /** A leak of a frame, or of a decoder, for each file would be ten times as much. */
  private static final long MOST_GROWTH_MB = 24;

  @TempDir Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void hundredsOfClipsAndPicturesLeaveNothingInNativeMemory()
      throws IOException, InterruptedException {
    Path files = Files.createDirectory(folder.resolve("files"));
    for (String name :
        List.of(
            "videos/files/h264.mp4",
            "videos/files/vp9.webm",
            "videos/hard/av1.mp4",
            "heif/grid.avif",
            "heif/smooth.avif",
            "images/files/webp_lossy.webp")) {
      byte[] bytes = Files.readAllBytes(FIXTURES.resolve(name));
      Path file = files.resolve(name.replace('/', '_'));
      Files.write(file, bytes);
      Files.write(
          files.resolve("cut_" + file.getFileName()), Arrays.copyOf(bytes, bytes.length * 3 / 4));
    }

    List<Long> resident = probe(files);

    assertThat(resident).hasSize(ROUNDS);
    assertThat(resident.get(ROUNDS - 1) - resident.get(WARM))
        .as("growth of %s MB", resident)
        .isLessThan(MOST_GROWTH_MB);
  }

  private List<Long> probe(Path files) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms48m",
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                NativeMemoryProbe.class.getName(),
                files.toString(),
                Integer.toString(ROUNDS))
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(180, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("the probe ends").isTrue();
    return Files.readAllLines(out).stream().map(Long::parseLong).toList();
  }
}
