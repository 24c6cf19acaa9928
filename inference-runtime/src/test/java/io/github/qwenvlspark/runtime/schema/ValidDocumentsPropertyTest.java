package io.github.qwenvlspark.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the model wants, the answer is a valid document within its tokens. */
class ValidDocumentsPropertyTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final SchemaRegistry VALIDATORS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  static LongStream seeds() {
    return LongStream.range(0, 120);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anAnswerIsAValidDocumentWithinItsTokens(long seed) throws Exception {
    Random random = new Random(seed);
    Writer writer = Writer.of(400 + random.nextInt(1200), seed);
    String schema = new RandomSchema(random).draw(1 + random.nextInt(4)).toString();
    ResponseSchema compiled = ResponseSchema.compile(schema, writer.trie());
    Schema validator = VALIDATORS.getSchema(schema);
    int least = writer.trie().tokensNeeded(compiled.start());
    for (int round = 0; round < 6; round++) {
      int room = round == 0 ? least : least + random.nextInt(round % 2 == 0 ? 300 : 20);
      Writer.Answer answer = write(writer, compiled, room, random, round);

      assertThat(answer.ended()).as("%s in %d of %d", schema, answer.tokens(), room).isTrue();
      assertThat(MAPPER.readTree(answer.text())).as(answer.text()).isNotNull();
      assertThat(
              validator.validate(
                  answer.text(),
                  InputFormat.JSON,
                  context ->
                      context.executionConfig(config -> config.formatAssertionsEnabled(true))))
          .as("%s by %s", answer.text(), schema)
          .isEmpty();
    }
  }

  /** Random wishes; in some rounds the model is in love with one token, or hates the end. */
  private static Writer.Answer write(
      Writer writer, ResponseSchema schema, int room, Random random, int round) {
    int loved = random.nextInt(writer.vocabulary().size());
    return writer.write(
        schema,
        room,
        written -> {
          float[] logits = new float[writer.vocabulary().size()];
          for (int id = 0; id < logits.length; id++) {
            logits[id] = random.nextFloat() + (round == 3 ? writer.vocabulary().get(id).length : 0);
          }
          logits[loved] += round == 4 ? 10 : 0;
          logits[Pieces.END] -= round == 5 ? 1000 : 0;
          return logits;
        });
  }
}
