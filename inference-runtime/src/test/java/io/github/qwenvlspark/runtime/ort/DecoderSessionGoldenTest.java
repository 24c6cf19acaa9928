package io.github.qwenvlspark.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.GoldenTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text prompts through the bare decoder: the graph, the cache in place, chunks and rows. */
class DecoderSessionGoldenTest {
  private static final int MAX_TOKENS = 256;
  private static final List<String> TEXT_CASES =
      List.of("text_short", "text_long", "system_prompt", "multi_turn");

  static Stream<Arguments> prompts() throws IOException {
    List<Arguments> arguments = new ArrayList<>();
    for (String model : List.of("tiny-model-f32", "tiny-model-bf16")) {
      for (String name : TEXT_CASES) {
        for (int chunk : new int[] {MAX_TOKENS, 30, 7}) {
          arguments.add(Arguments.of(model, name, chunk));
        }
      }
    }
    return arguments.stream();
  }

  @ParameterizedTest(name = "{0} {1} in chunks of {2}")
  @MethodSource("prompts")
  void logitsAndGreedyTokensEqualTheReference(String model, String name, int chunk)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path(model));
    long[] prompt = prompt(name);
    JsonNode golden = golden(model, name);
    try (KvCache cache = new KvCache(checkpoint.config().text(), 3, MAX_TOKENS, 1);
        DecoderSession decoder =
            new DecoderSession(DecoderGraph.build(checkpoint), checkpoint.config().text(), 1)) {
      // NaN everywhere: whatever is read without having been written shows.
      cache.fill(Float.NaN);
      DecoderOutput output = null;
      for (int start = 0; start < prompt.length; start += chunk) {
        output = decoder.runWithLogits(cache, chunk(prompt, start, chunk, 2));
      }
      assertThat(output.logits())
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(
              new GoldenTensors(model + "/golden/golden.safetensors")
                  .floats(name + ".last_logits"));
      assertThat(output.logSumExp()[0]).isCloseTo(logSumExp(output.logits()), within(1e-4f));

      cache.copyRow(2, 0, prompt.length);
      List<Integer> answer = new ArrayList<>();
      int next = (int) output.next()[0];
      int wanted = golden.path("greedy").size();
      while (answer.size() < wanted) {
        answer.add(next);
        int position = prompt.length + answer.size() - 1;
        next =
            (int)
                decoder.run(
                        cache,
                        DecoderInput.step(
                            1,
                            new long[] {next},
                            new float[] {position, position, position},
                            new int[] {position + 1},
                            new long[] {0}))
                    .next()[0];
      }
      assertThat(answer).isEqualTo(ints(golden.path("greedy")));
    }
  }

  private static float logSumExp(float[] logits) {
    double mass = 0;
    for (float logit : logits) {
      mass += Math.exp(logit);
    }
    return (float) Math.log(mass);
  }

  private static DecoderInput chunk(long[] prompt, int start, int chunk, int row) {
    int end = Math.min(start + chunk, prompt.length);
    long[] ids = java.util.Arrays.copyOfRange(prompt, start, end);
    float[] positions = new float[3 * ids.length];
    for (int i = 0; i < positions.length; i++) {
      int place = start + i / 3;
      positions[i] = place;
    }
    return new DecoderInput(
        new KvCache.Range(row, 1),
        ids.length,
        ids,
        positions,
        new int[] {end},
        new float[0],
        new long[0],
        new long[] {ids.length - 1});
  }

  private static long[] prompt(String name) throws IOException {
    for (JsonNode testCase : json("tiny-model-inputs/cases.json").path("cases")) {
      if (testCase.path("name").asText().equals(name)) {
        return ints(testCase.path("input_ids")).stream().mapToLong(Integer::longValue).toArray();
      }
    }
    throw new IllegalArgumentException("No case " + name);
  }

  private static JsonNode golden(String model, String name) throws IOException {
    for (JsonNode testCase : json(model + "/golden/golden.json").path("cases")) {
      if (testCase.path("name").asText().equals(name)) {
        return testCase.path("rules").path("float_max");
      }
    }
    throw new IllegalArgumentException("No golden " + name);
  }

  private static JsonNode json(String fixture) throws IOException {
    return new ObjectMapper().readTree(Fixtures.path(fixture).toFile());
  }

  private static List<Integer> ints(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asInt()));
    return values;
  }
}
