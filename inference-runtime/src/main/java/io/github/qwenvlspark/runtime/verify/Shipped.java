package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/** Golden cases of the reference that come with this library; their README says how made. */
final class Shipped {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Shipped() {}

  static JsonNode json(String name) {
    try (InputStream packed = open(name);
        InputStream json = new GZIPInputStream(packed)) {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = Shipped.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("The library lacks its resource verify/" + name);
    }
    return in;
  }

  /** The numbers of a list; none if the node is no list. */
  static int[] ints(JsonNode list) {
    int[] values = new int[list.isArray() ? list.size() : 0];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }
}
