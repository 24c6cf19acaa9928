package io.github.qwenvlspark.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Writes a {@code .safetensors} file. Tensors are announced first and their values asked for one
 * after the other, so that no more than one of them need be in memory. Confined to one thread.
 *
 * <p>Source: {@code huggingface/safetensors}, README, section Format.
 */
public final class SafetensorsWriter {
  /** Data begins at a multiple of this, for the vector loads of those who map the file. */
  private static final int ALIGNMENT = 64;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<Entry> entries = new ArrayList<>();
  private final TreeSet<String> names = new TreeSet<>();

  SafetensorsWriter() {}

  /** The values of one tensor, little-endian and in row-major order. */
  @FunctionalInterface
  public interface Values {
    /** Writes all bytes of the tensor, in as many pieces as suits. */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /** Announces a tensor; {@code values} is asked for once, while the file is written. */
  public void add(String name, TensorType type, List<Long> shape, Values values) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("Tensor %s is announced twice".formatted(name));
    }
    entries.add(new Entry(name, type, List.copyOf(shape), values));
  }

  /** Bytes of all tensors together. */
  long bytes() {
    return entries.stream().mapToLong(Entry::bytes).sum();
  }

  /** Writes into an empty file. */
  void write(Path file) throws IOException {
    // Wide types first, as the reference's writer has it: so every tensor is aligned to its type.
    entries.sort(Comparator.comparingInt((Entry entry) -> -entry.type.bytes()));
    byte[] header = header(DataChecksum.UNKNOWN);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      writeFully(out, ByteBuffer.wrap(header));
      for (Entry entry : entries) {
        long start = out.position();
        entry.values.writeTo(out);
        if (out.position() - start != entry.bytes()) {
          throw new IllegalStateException(
              "Tensor %s wrote %,d bytes, announced were %,d"
                  .formatted(entry.name, out.position() - start, entry.bytes()));
        }
      }
      String checksum = DataChecksum.of(header, out);
      writeFully(out.position(0), ByteBuffer.wrap(header(checksum)));
      out.force(true);
    }
  }

  /** Writes what remains of the buffer. */
  public static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Length and text; equally long for every checksum. */
  private byte[] header(String checksum) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.putObject("__metadata__").put(DataChecksum.KEY, checksum);
    long offset = 0;
    for (Entry entry : entries) {
      ObjectNode node = root.putObject(entry.name);
      node.put("dtype", entry.type.name());
      entry.shape.forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(offset).add(offset + entry.bytes());
      offset += entry.bytes();
    }
    byte[] json = MAPPER.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = (8 + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[padded];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded - 8L).put(json);
    return header;
  }

  private record Entry(String name, TensorType type, List<Long> shape, Values values) {
    long bytes() {
      LongStream sides = shape.stream().mapToLong(Long::longValue);
      return sides.reduce(type.bytes(), Math::multiplyExact);
    }
  }
}
