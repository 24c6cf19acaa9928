package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads the header of a {@code .safetensors} file: 8 bytes of little-endian length, then JSON of
 * names, types, shapes and offsets. Every range is checked against the file's length, so a
 * truncated copy is found here and not in the middle of a run.
 *
 * <p>Source: {@code huggingface/safetensors}, README, section Format.
 */
final class SafetensorsHeader {
  /** The format's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private SafetensorsHeader() {}

  static List<TensorLocation> read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileLength = channel.size();
      if (fileLength < 8) {
        throw CheckpointProblem.in(file, "%d bytes are no safetensors file".formatted(fileLength));
      }
      long headerLength = readFully(channel, 0, 8).getLong();
      if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, fileLength - 8)) {
        throw CheckpointProblem.in(
            file,
            "a header of %d bytes is announced, %d bytes found; copy the checkpoint again"
                .formatted(headerLength, fileLength - 8));
      }
      byte[] json = readFully(channel, 8, Math.toIntExact(headerLength)).array();
      JsonNode header = JsonFile.parse(file, new String(json, StandardCharsets.UTF_8));
      return tensors(file, header, 8 + headerLength, fileLength);
    } catch (IOException e) {
      throw CheckpointProblem.in(file, "cannot be read", e);
    }
  }

  private static List<TensorLocation> tensors(
      Path file, JsonNode header, long dataStart, long fileLength) {
    List<TensorLocation> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.add(tensor(file, entry.getKey(), entry.getValue(), dataStart, fileLength));
      }
    }
    return tensors;
  }

  private static TensorLocation tensor(
      Path file, String name, JsonNode node, long dataStart, long fileLength) {
    TensorType type = type(file, name, node.path("dtype").asText());
    List<Long> shape = new ArrayList<>();
    for (JsonNode side : node.path("shape")) {
      shape.add(side.asLong(-1));
    }
    long begin = node.path("data_offsets").path(0).asLong(-1);
    long end = node.path("data_offsets").path(1).asLong(-1);
    if (begin < 0 || end < begin || end - begin != bytes(type, shape)) {
      throw CheckpointProblem.in(
          file, "tensor %s has offsets that do not fit its shape %s".formatted(name, shape));
    }
    long expected = end > Long.MAX_VALUE - dataStart ? Long.MAX_VALUE : dataStart + end;
    if (expected > fileLength) {
      throw CheckpointProblem.in(
          file,
          "%,d bytes expected, %,d found; copy the checkpoint again"
              .formatted(expected, fileLength));
    }
    return new TensorLocation(name, type, shape, file, dataStart + begin, end - begin);
  }

  /** Bytes of a tensor; -1 for sides that are none, or too many to count. */
  private static long bytes(TensorType type, List<Long> shape) {
    long bytes = type.bytes();
    for (long side : shape) {
      if (side < 0 || (side > 0 && bytes > Long.MAX_VALUE / side)) {
        return -1;
      }
      bytes *= side;
    }
    return bytes;
  }

  private static TensorType type(Path file, String name, String dtype) {
    return Arrays.stream(TensorType.values())
        .filter(type -> type.name().equals(dtype))
        .findFirst()
        .orElseThrow(
            () ->
                CheckpointProblem.in(
                    file,
                    "tensor %s is of type %s; only %s can be read (quantised checkpoints cannot)"
                        .formatted(name, dtype, Arrays.toString(TensorType.values()))));
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position + buffer.position());
      if (read < 0) {
        throw new IOException("end of file");
      }
    }
    return buffer.flip();
  }
}
