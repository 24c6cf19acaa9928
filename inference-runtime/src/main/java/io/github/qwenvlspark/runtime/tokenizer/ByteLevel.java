package io.github.qwenvlspark.runtime.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The visible characters by which a byte-level vocabulary writes bytes. Source: {@code
 * bytes_to_unicode} in transformers, models/gpt2/tokenization_gpt2.py.
 */
final class ByteLevel {
  private static final int FIRST_STAND_IN = 0x100;
  private static final int[] BYTE_OF_CHARACTER = byteOfCharacter();

  private ByteLevel() {}

  /** Printable bytes stand for themselves, the others for what comes behind Latin-1. */
  private static int[] byteOfCharacter() {
    int[] bytes = new int[FIRST_STAND_IN + 256];
    Arrays.fill(bytes, -1);
    int standIn = FIRST_STAND_IN;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xa1 && value <= 0xac)
              || (value >= 0xae && value <= 0xff);
      bytes[printable ? value : standIn++] = value;
    }
    return bytes;
  }

  /** Bytes by id, from the model and the added tokens of a {@code tokenizer.json}. */
  static List<byte[]> tokenBytes(JsonNode file) {
    Set<Integer> added = new HashSet<>();
    file.path("added_tokens").forEach(token -> added.add(token.path("id").asInt()));
    List<byte[]> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> token : file.path("model").path("vocab").properties()) {
      int id = token.getValue().asInt();
      if (id >= all.size()) {
        all.addAll(Collections.nCopies(id + 1 - all.size(), new byte[0]));
      }
      if (!added.contains(id)) {
        all.set(id, bytes(token.getKey()));
      }
    }
    return all;
  }

  /** What a token stands for; none if it is not written in bytes. */
  private static byte[] bytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      char character = token.charAt(i);
      if (character >= BYTE_OF_CHARACTER.length || BYTE_OF_CHARACTER[character] < 0) {
        return new byte[0];
      }
      bytes.write(BYTE_OF_CHARACTER[character]);
    }
    return bytes.toByteArray();
  }
}
