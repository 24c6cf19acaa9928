package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.engine.Candidates;
import io.github.qwenvlspark.runtime.engine.TokenMask;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The choice of a token among the published checkpoints' vocabulary, alone and under a schema: per
 * token of an answer of {@value #TOKENS}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SchemaMaskBench {
  private static final int VOCABULARY = 151_936;
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

  /** The vocabulary, and an answer in its tokens. */
  @State(Scope.Benchmark)
  public static class Answer {
    private final float[] logits = new float[VOCABULARY - 300];
    private final int[] ids = new int[TOKENS];
    private TokenTrie trie;
    private ResponseSchema schema;

    /** Reads the vocabulary and compiles the schema, which answers before have used. */
    @Setup
    public void prepare() {
      Random random = new Random(1);
      List<byte[]> vocabulary = Pieces.vocabulary(logits.length, 1);
      trie = new TokenTrie(vocabulary, Set.of(Pieces.END));
      schema = ResponseSchema.compile(SCHEMA, trie);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) random.nextGaussian();
      }
      byte[] document = document(random).getBytes(StandardCharsets.UTF_8);
      for (int at = 0, i = 0; i < TOKENS; i++) {
        ids[i] = token(vocabulary, document, at);
        at += vocabulary.get(ids[i]).length;
      }
    }
  }

  /** A schema that no answer has used yet. */
  @State(Scope.Thread)
  public static class Fresh {
    private ResponseSchema schema;

    /** Compiles it anew. */
    @Setup(Level.Invocation)
    public void compile(Answer answer) {
      schema = ResponseSchema.compile(SCHEMA, answer.trie);
    }
  }

  /** Any token may come. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void free(Answer answer, Blackhole sink) {
    for (int i = 0; i < TOKENS; i++) {
      sink.consume(candidates(answer).best());
    }
  }

  /** What is asked first of every token: whether the one that the graph found may come. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void likeliestUnderSchema(Answer answer, Blackhole sink) {
    TokenMask mask = answer.schema.within(4 * TOKENS).begin();
    for (int id : answer.ids) {
      sink.consume(mask.allows(id));
      mask.add(id);
    }
  }

  /** Where it may not come; as every answer but the first ones of a run. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void underSchema(Answer answer, Blackhole sink) {
    choose(answer, answer.schema, sink);
  }

  /** All masks are made while it goes. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public void underNewSchema(Answer answer, Fresh fresh, Blackhole sink) {
    choose(answer, fresh.schema, sink);
  }

  private static void choose(Answer answer, ResponseSchema schema, Blackhole sink) {
    TokenMask mask = schema.within(4 * TOKENS).begin();
    for (int id : answer.ids) {
      Candidates candidates = candidates(answer);
      mask.thin(candidates);
      sink.consume(candidates.best());
      mask.add(id);
    }
  }

  private static Candidates candidates(Answer answer) {
    return Candidates.of(TokenRule.ARGMAX, new BitSet(), answer.logits, 0, answer.logits.length);
  }

  private static String document(Random random) {
    StringBuilder items = new StringBuilder();
    while (items.length() < 6 * TOKENS) {
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
}
