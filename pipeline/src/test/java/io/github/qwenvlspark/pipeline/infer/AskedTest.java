package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.testing.PatientEngine;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AskedTest {
  private final List<CompletableFuture<Completion>> answers =
      Stream.generate(CompletableFuture<Completion>::new).limit(3).toList();
  private final Asked asked = new Asked(3);

  private void askAll() {
    for (int i = 0; i < answers.size(); i++) {
      asked.add("Tile %d: ".formatted(i + 1), answers.get(i));
    }
  }

  @Test
  void answersComeInTheOrderOfTheirRequests() {
    askAll();
    List<Completion> given = Stream.generate(PatientEngine::completion).limit(3).toList();
    for (int i = 2; i >= 0; i--) {
      assertThat(asked.all()).isNotDone();
      answers.get(i).complete(given.get(i));
    }

    assertThat(asked.all().join()).isEqualTo(given);
  }

  @Test
  void theFirstFailureIsNamedAndWithdrawsTheRest() {
    askAll();
    answers.get(0).complete(PatientEngine.completion());
    answers
        .get(1)
        .completeExceptionally(new QwenVlException(ErrorType.TIMEOUT, "It took too long"));

    assertThat(answers.get(2)).isCancelled();
    assertThatThrownBy(() -> asked.all().join())
        .hasCauseInstanceOf(QwenVlException.class)
        .hasMessageEndingWith("Tile 2: It took too long");
  }

  @Test
  void cancellingWithdrawsWhatIsAskedAndWhatIsAskedLater() {
    asked.add("", answers.get(0));
    asked.all().cancel(false);
    asked.add("", answers.get(1));

    assertThat(answers.subList(0, 2)).allMatch(CompletableFuture::isCancelled);
  }
}
