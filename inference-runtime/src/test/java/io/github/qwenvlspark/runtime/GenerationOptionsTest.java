package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.qwenvlspark.runtime.GenerationOptions.Mode;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationOptionsTest {
  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("max_new_tokens", () -> GenerationOptions.greedy(0)),
        wrong("repetition_penalty", () -> GenerationOptions.greedy(1).withRepetitionPenalty(0)),
        wrong(
            "repetition_penalty",
            () -> GenerationOptions.greedy(1).withRepetitionPenalty(Double.NaN)),
        wrong("temperature", () -> options(Mode.SAMPLE, 0, -1, -1, -1)),
        wrong("temperature", () -> options(Mode.SAMPLE, Double.POSITIVE_INFINITY, -1, -1, -1)),
        wrong("top_k", () -> options(Mode.SAMPLE, -1, -2, -1, -1)),
        wrong("top_p", () -> options(Mode.SAMPLE, -1, -1, 0, -1)),
        wrong("top_p", () -> options(Mode.SAMPLE, -1, -1, 1.01, -1)),
        wrong("min_p", () -> options(Mode.SAMPLE, -1, -1, -1, 1.5)),
        wrong("do_sample", () -> options(Mode.GREEDY, 0.7, -1, -1, -1)),
        wrong("do_sample", () -> options(Mode.CHECKPOINT, -1, 5, -1, -1)),
        wrong("stop string", () -> GenerationOptions.greedy(1).withStop(List.of(""))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void wrongAndContradictoryOptionsAreRefusedByName(
      String name, Supplier<GenerationOptions> options) {
    assertThatIllegalArgumentException().isThrownBy(options::get).withMessageContaining(name);
  }

  @Test
  void allOfThemTogetherAreFineWithSampling() {
    assertThatNoException().isThrownBy(() -> options(Mode.SAMPLE, 0.7, 20, 0.8, 0.05));
  }

  private static Arguments wrong(String name, Supplier<GenerationOptions> options) {
    return Arguments.of(name, options);
  }

  private static GenerationOptions options(
      Mode mode, double temperature, int topK, double topP, double minP) {
    return new GenerationOptions(
        8, mode, GenerationOptions.UNSET, temperature, topK, topP, minP, 0, List.of(), true);
  }
}
