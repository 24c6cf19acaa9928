package io.github.qwenvlspark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.testing.Fixtures;
import io.github.qwenvlspark.runtime.testing.TinyPrompts;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What happens when several requests show the same picture or clip. */
class VisualCacheReuseTest {
  private static final EngineOptions OPTIONS = new EngineOptions(2, 4, 256, 64);

  @Test
  void aVisualIsEncodedOnceAndTheAnswersAreTheSameBits() {
    List<Request> requests =
        TinyPrompts.all().stream().map(prompt -> TinyPrompts.request(prompt, 8, 1)).toList();
    List<Completion> once;
    try (QwenVl model = open(OPTIONS.with(new EngineOptions.Scheduling(4, 256, 64, 0, 0)))) {
      once = answers(model, requests);
      answers(model, requests);
      assertThat(model.occupancy().visionReused()).as("nothing is kept").isZero();
    }
    try (QwenVl model = open(OPTIONS)) {
      answers(model, requests);
      Occupancy before = model.occupancy();
      List<Completion> again = answers(model, requests);
      Occupancy second = model.occupancy().since(before);
      assertThat(second.visionRuns()).isZero();
      assertThat(second.visionReused() + second.knownTokens()).isPositive();
      for (int i = 0; i < once.size(); i++) {
        assertThat(again.get(i).tokenIds()).isEqualTo(once.get(i).tokenIds());
        assertThat(again.get(i).quality()).isEqualTo(once.get(i).quality());
      }
    }
  }

  private static QwenVl open(EngineOptions options) {
    return QwenVl.open(Fixtures.path("tiny-model-f32"), options);
  }

  private static List<Completion> answers(QwenVl model, List<Request> requests) {
    List<CompletableFuture<Completion>> futures =
        requests.stream().map(request -> model.submit(request, TokenListener.NONE)).toList();
    return futures.stream().map(CompletableFuture::join).toList();
  }
}
