package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.engine.Candidates;
import io.github.qwenvlspark.runtime.engine.TokenMask;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/** A model without sense: writes one answer to a schema, by logits that a test thinks of. */
record Writer(List<byte[]> vocabulary, TokenTrie trie) {
  static Writer of(int pieces, long seed) {
    List<byte[]> vocabulary = Pieces.vocabulary(pieces, seed);
    return new Writer(vocabulary, new TokenTrie(vocabulary, Set.of(Pieces.END)));
  }

  /** Logits of the next step. */
  @FunctionalInterface
  interface Mind {
    /** Scores of all tokens, after {@code written}. */
    float[] logits(byte[] written);
  }

  /**
   * An answer.
   *
   * @param ended whether it ended by itself, and not because the tokens were used up
   */
  record Answer(String text, int tokens, boolean ended) {}

  Answer write(String schema, int maxNewTokens, Mind mind) {
    return write(ResponseSchema.compile(schema, trie), maxNewTokens, mind);
  }

  Answer write(ResponseSchema schema, int maxNewTokens, Mind mind) {
    TokenMask mask = schema.within(maxNewTokens).begin();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    for (int tokens = 1; tokens <= maxNewTokens; tokens++) {
      float[] logits = mind.logits(written.toByteArray());
      Candidates candidates =
          Candidates.of(TokenRule.ARGMAX, new BitSet(), logits, 0, logits.length);
      mask.thin(candidates);
      if (candidates.ids().length == 0) {
        throw new AssertionError("Nothing may follow " + written);
      }
      int id = candidates.best();
      mask.add(id);
      written.writeBytes(vocabulary.get(id));
      if (id == Pieces.END || mask.complete()) {
        return new Answer(utf8(written.toByteArray()), tokens, true);
      }
    }
    return new Answer(utf8(written.toByteArray()), maxNewTokens, false);
  }

  /** A mind that wants this text, whatever comes of it, and then the end. */
  Mind wanting(String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    return written -> {
      float[] logits = new float[vocabulary.size()];
      for (int id = 0; id < logits.length; id++) {
        byte[] bytes = vocabulary.get(id);
        boolean fits =
            bytes.length > 0
                && written.length + bytes.length <= wanted.length
                && Arrays.equals(
                    bytes, 0, bytes.length, wanted, written.length, written.length + bytes.length);
        logits[id] = fits ? bytes.length : id == Pieces.END ? 0.5f : 0;
      }
      return logits;
    };
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("No UTF-8: " + new String(bytes, StandardCharsets.ISO_8859_1), e);
    }
  }
}
