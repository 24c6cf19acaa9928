package io.github.qwenvlspark.runtime.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.PublishedTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tokenizer needs no list of digests: what it says must hold together. */
class TokenizerCheckPropertyTest {
  private static final Path DEMO = Path.of("../pipeline/demo/qwen2.5-vl-demo");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int CHANGES_OF_A_SEED = 8;

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 6);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aChangedByteThatChangesTokensIsRed(long seed) throws IOException {
    copy(DEMO);
    Path file = folder.resolve("tokenizer.json");
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(seed);
    for (int i = 0; i < CHANGES_OF_A_SEED; i++) {
      byte[] changed = sound.clone();
      int at = random.nextInt(sound.length);
      changed[at] = (byte) (' ' + random.nextInt(95));
      Files.write(file, changed);

      Verdict verdict = take();

      Verdict wanted = says(changed).equals(says(sound)) ? Verdict.GREEN : Verdict.RED;
      assertThat(verdict)
          .as("byte %d from '%c' to '%c'", at, (char) sound[at], (char) changed[at])
          .isEqualTo(wanted);
    }
  }

  @Test
  void thePublishedVocabularyIsHeldAgainstTheReferencesIds() throws IOException {
    copy(Fixtures.path("tiny-model-f32"));
    PublishedTokenizer.open(folder).close();
    ObjectNode config = (ObjectNode) MAPPER.readTree(folder.resolve("config.json").toFile());
    config.put("image_token_id", 151655).put("video_token_id", 151656);
    config.put("vision_start_token_id", 151652);
    ((ObjectNode) config.path("text_config")).put("vocab_size", 152064);
    MAPPER.writeValue(folder.resolve("config.json").toFile(), config);
    MAPPER.writeValue(
        folder.resolve("generation_config.json").toFile(),
        MAPPER.createObjectNode().put("eos_token_id", 151645));

    Measure measure = measure();

    assertThat(measure.verdict()).as("%s", measure).isEqualTo(Verdict.GREEN);
    assertThat(measure.detail()).startsWith("published vocabulary");
  }

  private Verdict take() {
    return measure().verdict();
  }

  private Measure measure() {
    return QwenVl.verification(folder)
        .only(new TokenizerCheck())
        .run(measure -> {})
        .measures()
        .get(0);
  }

  /** What tokenizer.json says of ids and texts; its other keys have no effect here. */
  private static String says(byte[] json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "no JSON";
    }
    if (!root.isObject()) {
      return "no object";
    }
    ObjectNode kept =
        ((ObjectNode) root).retain(List.of("added_tokens", "normalizer", "pre_tokenizer", "model"));
    return kept + " " + root.path("decoder").path("type");
  }

  private void copy(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
