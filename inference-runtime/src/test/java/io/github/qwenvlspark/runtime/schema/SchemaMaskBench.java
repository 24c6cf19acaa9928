package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.engine.Candidates;
import io.github.qwenvlspark.runtime.engine.TokenMask;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a schema costs at each token of an answer, with a vocabulary as long as the published
 * checkpoints'. Run the main class from the test class path; prints milliseconds of one core.
 */
final class SchemaMaskBench {
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
  private static final int VOCABULARY = 151_936;
  private static final int ANSWERS = 40;
  private static final int TOKENS = 200;
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["vendor", "items"], "properties": {
         "vendor": {"type": "string", "maxLength": 80},
         "date": {"type": ["string", "null"], "format": "date"},
         "total": {"type": "number", "minimum": 0, "multipleOf": 0.01},
         "items": {"type": "array", "maxItems": 50, "items": {
           "type": "object", "required": ["name", "price"],
           "properties": {"name": {"type": "string", "maxLength": 80}, "price": {"type": "number"}}}}}}
      """;

  private SchemaMaskBench() {}

  /** Prints the figures. */
  public static void main(String[] arguments) {
    List<byte[]> vocabulary = Pieces.vocabulary(VOCABULARY - 300, 1);
    long start = THREAD.getCurrentThreadCpuTime();
    TokenTrie trie = new TokenTrie(vocabulary, Set.of(Pieces.END));
    System.out.printf("vocabulary of %,d tokens: %.0f ms%n", vocabulary.size(), since(start));
    start = THREAD.getCurrentThreadCpuTime();
    ResponseSchema schema = ResponseSchema.compile(SCHEMA, trie);
    System.out.printf("schema: %.1f ms%n", since(start));
    Random random = new Random(1);
    float[] logits = new float[vocabulary.size()];
    for (int answer = 0; answer < ANSWERS; answer++) {
      String document = document(random);
      double[] with = answer(schema, vocabulary, logits, document);
      double plain = plain(logits);
      if (answer < 3 || answer == ANSWERS - 1) {
        System.out.printf(
            "answer %2d: mask %.3f ms a token on average, %.2f at most; choice %.3f ms, without schema %.3f%n",
            answer + 1, with[0], with[1], with[2], plain);
      }
    }
  }

  private static String document(Random random) {
    StringBuilder items = new StringBuilder();
    while (items.length() < 3 * TOKENS) {
      items
          .append(items.length() == 0 ? "" : ", ")
          .append(
              "{\"name\": \"%s\", \"price\": %d.%02d}"
                  .formatted(text(random), random.nextInt(1000), random.nextInt(100)));
    }
    return "{\"vendor\": \"%s\", \"date\": \"2024-0%d-1%d\", \"items\": [%s]}"
        .formatted(text(random), 1 + random.nextInt(9), random.nextInt(10), items);
  }

  private static String text(Random random) {
    return random
        .ints(3 + random.nextInt(40), 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Mean and most of the mask, mean of mask and choice, in milliseconds a token. */
  private static double[] answer(
      ResponseSchema schema, List<byte[]> vocabulary, float[] logits, String document) {
    TokenMask mask = schema.within(4 * TOKENS).begin();
    Automaton.State state = schema.start();
    byte[] wanted = document.getBytes(StandardCharsets.UTF_8);
    double masks = 0;
    double worst = 0;
    double choices = 0;
    int tokens = 0;
    for (int at = 0; at < wanted.length; tokens++) {
      long start = THREAD.getCurrentThreadCpuTime();
      BitSet unused = schema.allowed(state, 3 * TOKENS);
      double took = since(start);
      masks += took;
      worst = Math.max(worst, took);
      start = THREAD.getCurrentThreadCpuTime();
      Candidates candidates =
          Candidates.of(TokenRule.ARGMAX, new BitSet(), logits, 0, logits.length);
      mask.thin(candidates);
      int best = candidates.best();
      choices += since(start) + (best < 0 ? 1 : 0);
      int id = token(vocabulary, wanted, at);
      mask.add(id);
      state = schema.after(state, id);
      at += vocabulary.get(id).length;
    }
    return new double[] {masks / tokens, worst, choices / tokens};
  }

  private static double plain(float[] logits) {
    long start = THREAD.getCurrentThreadCpuTime();
    int best = Candidates.of(TokenRule.ARGMAX, new BitSet(), logits, 0, logits.length).best();
    return since(start) + (best < 0 ? 1 : 0);
  }

  /** The longest of the first tokens that fits, as a tokenizer would have it. */
  private static int token(List<byte[]> vocabulary, byte[] wanted, int at) {
    int longest = 1 + (wanted[at] & 0xff);
    for (int id = 257; id < 400; id++) {
      byte[] bytes = vocabulary.get(id);
      if (bytes.length > vocabulary.get(longest).length
          && at + bytes.length <= wanted.length
          && Arrays.equals(bytes, 0, bytes.length, wanted, at, at + bytes.length)) {
        longest = id;
      }
    }
    return longest;
  }

  private static double since(long start) {
    return (THREAD.getCurrentThreadCpuTime() - start) / 1e6;
  }
}
