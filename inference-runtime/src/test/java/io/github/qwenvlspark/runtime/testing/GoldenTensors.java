package io.github.qwenvlspark.runtime.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** The tensors of one golden {@code .safetensors} file. */
public final class GoldenTensors {
  private final ByteBuffer data;
  private final JsonNode header;

  public GoldenTensors(String fixture) {
    try {
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(Fixtures.path(fixture)))
              .order(ByteOrder.LITTLE_ENDIAN);
      byte[] json = new byte[(int) file.getLong()];
      file.get(json);
      header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
      data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public float[] floats(String name) {
    ByteBuffer bytes = bytes(name);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  public long[] longs(String name) {
    ByteBuffer bytes = bytes(name);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  public int[] ints(String name) {
    ByteBuffer bytes = bytes(name);
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(values);
    return values;
  }

  public byte[] uint8(String name) {
    ByteBuffer bytes = bytes(name);
    byte[] values = new byte[bytes.remaining()];
    bytes.get(values);
    return values;
  }

  public boolean has(String name) {
    return header.has(name);
  }

  private ByteBuffer bytes(String name) {
    JsonNode offsets = header.path(name).path("data_offsets");
    if (offsets.size() != 2) {
      throw new IllegalArgumentException("No tensor " + name);
    }
    int begin = offsets.get(0).asInt();
    return data.slice(begin, offsets.get(1).asInt() - begin).order(ByteOrder.LITTLE_ENDIAN);
  }
}
