package io.github.qwenvlspark.pipeline.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every file of the corpus ends as pixels or as one typed error: in a JVM of 256 MB, within the
 * time for one picture, and leaving neither a thread nor a file behind.
 */
class HostileFilesTest {
  /** Of pictures of up to 16 million pixels, each decoded twice over: as stored, and as RGB. */
  private static final String HEAP = "-Xmx256m";

  /** Two seconds for a picture, and as much for whatever else the machine does meanwhile. */
  private static final long DEADLINE_MS = 4000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(HostileFormat.class)
  void everyFileIsReadOrRefusedInTimeAndLeavesNothing(HostileFormat format)
      throws IOException, InterruptedException {
    List<HostileFile> corpus = format.corpus();
    Path files = Files.createDirectory(folder.resolve("files"));
    for (HostileFile file : corpus) {
      Files.write(files.resolve(file.name()), file.bytes());
    }

    Files.write(files.resolve(HostileProbe.FIRST), format.good());

    List<String[]> lines = probe(files);

    assertThat(lines).hasSize(corpus.size() + 1);
    assertThat(lines.get(corpus.size())).containsExactly("threads-left", "[]");
    List<String[]> outcomes = lines.subList(0, corpus.size());
    assertThat(outcomes)
        .allSatisfy(
            line -> {
              assertThat(line[1])
                  .as(line[0])
                  .isIn(
                      "READ",
                      "CORRUPT_MEDIA",
                      "UNSUPPORTED_MEDIA",
                      "ENCRYPTED_DOCUMENT",
                      "EMPTY_DOCUMENT",
                      "TOO_LARGE",
                      "TIMEOUT");
              assertThat(Long.parseLong(line[2])).as(line[0]).isLessThan(DEADLINE_MS);
            });
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left.filter(file -> !isLibrary(file))).isEmpty();
    }
  }

  /** Libraries unpack their native code once for each JVM. */
  private static boolean isLibrary(Path file) {
    return file.getFileName().toString().matches("(hsperfdata_|webp|libwebp|native).*");
  }

  private List<String[]> probe(Path files) throws IOException, InterruptedException {
    Path tmp = Files.createDirectory(folder.resolve("tmp"));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                // What decoders log about broken files, they may log here.
                "-Dlog4j2.level=OFF",
                "-Djava.io.tmpdir=" + tmp,
                "-cp",
                System.getProperty("java.class.path"),
                HostileProbe.class.getName(),
                files.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String errors = Files.readString(err, StandardCharsets.ISO_8859_1);
    assertThat(ended).as("the probe ends: %s%n%s", Files.readString(out), errors).isTrue();
    assertThat(process.exitValue()).as(errors).isZero();
    return Files.readAllLines(out).stream().map(line -> line.split(" ")).toList();
  }
}
