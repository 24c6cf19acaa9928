package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrefillPlanPropertyTest {
  static IntStream chunks() {
    return IntStream.of(4, 5, 6, 7, 16, 17, 18, 33, 64, 65, 100, 512);
  }

  @ParameterizedTest(name = "chunks of {0}")
  @MethodSource("chunks")
  void everyTokenIsReadOnceAndNoBlockOfQueriesIsASingleOne(int chunk) {
    PrefillPlan plan = new PrefillPlan(chunk);
    for (int prompt = 2; prompt < 1200; prompt++) {
      int start = 0;
      while (start < prompt) {
        int end = plan.end(start, prompt);
        int length = end - start;
        assertThat(length).as("prompt of %d at %d", prompt, start).isBetween(1, chunk);
        for (int block = 16; block <= 256; block += 16) {
          assertThat(length % block).as("prompt of %d at %d", prompt, start).isNotEqualTo(1);
        }
        start = end;
      }
      assertThat(start).isEqualTo(prompt);
    }
    assertThat(plan.end(0, 1)).isEqualTo(1);
  }
}
