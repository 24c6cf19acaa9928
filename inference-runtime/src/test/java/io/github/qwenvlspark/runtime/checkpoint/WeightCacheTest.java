package io.github.qwenvlspark.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightCacheTest {
  @TempDir Path temp;

  @Test
  void whatIsWrittenIsFoundAgain() throws IOException {
    Map<String, TensorLocation> tensors = cache().tensors("a-1", WeightCacheTest::twoTensors);

    assertThat(tensors.get("wide").shape()).containsExactly(2L, 3L);
    assertThat(tensors.get("wide").type()).isEqualTo(TensorType.F32);
    assertThat(floats(tensors.get("wide"))).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(tensors.get("narrow").length()).isEqualTo(6);
    assertThat(cache().tensors("a-1", WeightCacheTest::twoTensors)).isEqualTo(tensors);
  }

  @Test
  void everyTensorIsAlignedToItsType() {
    for (TensorLocation tensor : cache().tensors("a-1", WeightCacheTest::twoTensors).values()) {
      assertThat(tensor.offset() % tensor.type().bytes()).isZero();
    }
  }

  @Test
  void weightsAreComputedOnce() {
    AtomicInteger times = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      Map<String, TensorLocation> unused =
          cache()
              .tensors(
                  "b",
                  writer -> {
                    times.incrementAndGet();
                    twoTensors(writer);
                  });
    }

    assertThat(times).hasValue(1);
  }

  @Test
  void racersAllFindTheWholeFile() {
    List<Map<String, TensorLocation>> found =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(i -> cache().tensors("c", WeightCacheTest::twoTensors))
            .toList();

    assertThat(found).hasSize(16).containsOnly(found.get(0));
    assertThat(temp.resolve("cache")).isDirectoryContaining("glob:**c.safetensors");
    assertThat(temp.resolve("cache").toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 60, -1})
  void aDamagedFileIsMadeAnew(int place) throws IOException {
    Map<String, TensorLocation> before = cache().tensors("h", WeightCacheTest::twoTensors);
    Path file = before.get("wide").file();
    byte[] bytes = Files.readAllBytes(file);
    byte[] sound = bytes.clone();
    bytes[Math.floorMod(place, bytes.length)] ^= 16;
    Files.write(file, bytes);

    assertThat(cache().tensors("h", WeightCacheTest::twoTensors)).isEqualTo(before);
    assertThat(file).hasBinaryContent(sound);
  }

  @Test
  void aFileThatWasCutIsMadeAnew() throws IOException {
    Map<String, TensorLocation> before = cache().tensors("i", WeightCacheTest::twoTensors);
    Path file = before.get("wide").file();
    byte[] sound = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(sound, sound.length - 1));

    assertThat(cache().tensors("i", WeightCacheTest::twoTensors)).isEqualTo(before);
    assertThat(file).hasBinaryContent(sound);
  }

  @Test
  void processesThatRaceAllFindTheWholeFile() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Racer.class.getName(),
            temp.resolve("cache").toString());
    List<Process> racers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      racers.add(new ProcessBuilder(command).redirectErrorStream(true).start());
    }
    List<String> said = new ArrayList<>();
    for (Process racer : racers) {
      said.add(new String(racer.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThat(said).containsOnly("[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]");
    assertThat(temp.resolve("cache").toFile().list()).containsExactly("r.safetensors");
  }

  /** What each process does. */
  static final class Racer {
    private Racer() {}

    public static void main(String[] args) throws IOException {
      Map<String, TensorLocation> tensors =
          new WeightCache(args[0]).tensors("r", WeightCacheTest::twoTensors);
      System.out.print(Arrays.toString(floats(tensors.get("wide"))));
    }
  }

  @Test
  void aFailureLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                cache()
                    .tensors(
                        "d",
                        writer ->
                            writer.add(
                                "short",
                                TensorType.F32,
                                List.of(2L),
                                out -> SafetensorsWriter.writeFully(out, ByteBuffer.allocate(4)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("short", "4 bytes", "8");

    assertThat(temp.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void onlyItsUserReadsTheFolder() throws IOException {
    Map<String, TensorLocation> unused = cache().tensors("e", WeightCacheTest::twoTensors);

    assertThat(Files.getPosixFilePermissions(temp.resolve("cache")))
        .allSatisfy(permission -> assertThat(permission.name()).startsWith("OWNER"));
  }

  @Test
  void weightsThatDoNotFitTheDiskAreRefusedBeforeTheyAreComputed() {
    Consumer<SafetensorsWriter> huge =
        writer ->
            writer.add(
                "huge",
                TensorType.F32,
                List.of(1L << 30, 1L << 28),
                out -> {
                  throw new AssertionError("must not be asked");
                });

    assertProblem(() -> cache().tensors("f", huge), "bytes needed", "cacheFolder");
  }

  @Test
  void aFolderThatCannotBeCreatedSaysWhatToSet() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");

    assertProblem(
        () ->
            new WeightCache(file.resolve("cache").toString())
                .tensors("g", WeightCacheTest::twoTensors),
        "cacheFolder");
  }

  private static void assertProblem(Runnable call, String... fragments) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageContainingAll(fragments);
  }

  private WeightCache cache() {
    return new WeightCache(temp.resolve("cache").toString());
  }

  private static void twoTensors(SafetensorsWriter writer) {
    writer.add(
        "narrow",
        TensorType.F16,
        List.of(3L),
        out -> SafetensorsWriter.writeFully(out, ByteBuffer.allocate(6)));
    writer.add(
        "wide",
        TensorType.F32,
        List.of(2L, 3L),
        out -> {
          ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(new float[] {0, 1, 2});
          SafetensorsWriter.writeFully(out, bytes);
          bytes.rewind().asFloatBuffer().put(new float[] {3, 4, 5});
          SafetensorsWriter.writeFully(out, bytes);
        });
  }

  private static float[] floats(TensorLocation tensor) throws IOException {
    byte[] file = Files.readAllBytes(tensor.file());
    int start = (int) tensor.offset();
    float[] values = new float[(int) tensor.elements()];
    ByteBuffer.wrap(Arrays.copyOfRange(file, start, start + (int) tensor.length()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }
}
