package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bf16 matrix above 1 GiB in float32, as the heads of the published 3B and 7B are. ONNX Runtime
 * by itself would widen it in every run. The file is sparse: its zeros take no disk.
 */
@EnabledOnOs(OS.LINUX)
class LargeWeightTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MIB = 1 << 20;

  private static final int HIDDEN = 128;

  /** Makes 1.1 GiB in float32. */
  private static final int VOCABULARY = 2_360_000;

  private static final long WIDENED = (long) VOCABULARY * HIDDEN * Float.BYTES;

  @TempDir private Path folder;

  @Test
  void itIsWidenedOnceAndNotInEveryRun() throws IOException {
    grow(Fixtures.path("tiny-model-bf16"));
    Checkpoint checkpoint = Checkpoint.open(folder);
    long before = status("VmRSS");
    forgetPeak();
    try (Model model = new Model(checkpoint, new EngineOptions(2, 1, 64, 64))) {
      long loaded = status("VmRSS");
      // Widened and packed copy live together for a moment, and no third one does.
      assertThat(status("VmHWM") - before).isBetween(WIDENED, 2 * WIDENED + 400 * MIB);
      assertThat(loaded - before).isLessThan(WIDENED + 700 * MIB);

      forgetPeak();
      PreparedRequest request =
          Requests.of(new int[] {5, 6, 7}, Ending.of(1, Set.of()), TokenRule.ARGMAX);
      model.prefill(request, new float[0], 0);
      assertThat(status("VmHWM") - loaded).isLessThan(200 * MIB);
    }
  }

  /** The checkpoint with more rows in its embedding, which moves to the end of its shard. */
  private void grow(Path small) throws IOException {
    try (Stream<Path> files = Files.list(small)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(file.getFileName());
        if (file.toString().endsWith(".safetensors")) {
          growShard(file, target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    ObjectNode config = (ObjectNode) JSON.readTree(folder.resolve("config.json").toFile());
    config.put("vocab_size", VOCABULARY);
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
  }

  private static void growShard(Path small, Path target) throws IOException {
    ByteBuffer stored = ByteBuffer.wrap(Files.readAllBytes(small)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[Math.toIntExact(stored.getLong())];
    stored.get(json);
    ObjectNode header = (ObjectNode) JSON.readTree(json);
    long data = stored.remaining();
    long added = 0;
    for (Map.Entry<String, JsonNode> tensor : header.properties()) {
      if (tensor.getKey().endsWith("embed_tokens.weight")) {
        added = WIDENED / 2;
        ObjectNode embedding = (ObjectNode) tensor.getValue();
        embedding.putArray("shape").add(VOCABULARY).add(HIDDEN);
        embedding.putArray("data_offsets").add(data).add(data + added);
      }
    }
    String text = header.toString();
    byte[] grown = (text + " ".repeat(8 - text.length() % 8)).getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(grown.length).array());
      file.write(grown);
      file.write(stored.array(), stored.position(), stored.remaining());
      file.setLength(file.getFilePointer() + added);
    }
  }

  private static long status(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("No " + key);
  }

  /** Lets {@code VmHWM} begin anew. */
  private static void forgetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }
}
