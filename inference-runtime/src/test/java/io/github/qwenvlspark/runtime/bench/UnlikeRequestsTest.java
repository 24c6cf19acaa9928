package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.bench.HandPacked.Packing;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnlikeRequestsTest {
  private static final Path DEMO = Path.of("../pipeline/demo/qwen2.5-vl-demo");

  private final List<PreparedRequest> requests = Prompts.unlike(BenchPlan.Effort.FULL);

  private static int answer(PreparedRequest request) {
    return request.ending().maxNewTokens();
  }

  @Test
  void sixtyFourRequestsAreOfVeryDifferentLengths() {
    assertThat(requests).hasSize(64);
    assertThat(requests).anyMatch(request -> request.promptTokens() < 40);
    assertThat(requests).anyMatch(request -> request.promptTokens() > 500);
    assertThat(requests).anyMatch(request -> answer(request) < 10);
    assertThat(requests).anyMatch(request -> answer(request) > 100);
  }

  @Test
  void theyAreTheSameEachTime() {
    List<PreparedRequest> again = Prompts.unlike(BenchPlan.Effort.FULL);

    for (int i = 0; i < requests.size(); i++) {
      assertThat(again.get(i).inputIds()).isEqualTo(requests.get(i).inputIds());
      assertThat(answer(again.get(i))).isEqualTo(answer(requests.get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void everyRequestIsInOneBatchBehindNoShorterAnswer(Packing packing) {
    List<List<Integer>> batches = packing.batches(requests, 8);

    assertThat(batches).hasSize(8).allMatch(batch -> batch.size() == 8);
    assertThat(batches.stream().flatMap(List::stream).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 64).boxed().toList());
    for (List<Integer> batch : batches) {
      List<Integer> answers = batch.stream().map(i -> -answer(requests.get(i))).toList();
      assertThat(answers).isSorted();
    }
  }

  @Test
  void packedByAnswerTheBatchesTakeTheFewestSteps() {
    assertThat(steps(Packing.BY_ANSWER))
        .isLessThan(steps(Packing.BY_PROMPT_AND_ANSWER))
        .isLessThan(steps(Packing.AS_THEY_COME));
  }

  private int steps(Packing packing) {
    return packing.batches(requests, 8).stream()
        .mapToInt(batch -> answer(requests.get(batch.get(0))))
        .sum();
  }

  @Test
  void everyPackingGivesTheAnswersThatEachRequestHasAlone() {
    List<PreparedRequest> few = Prompts.unlike(BenchPlan.Effort.QUICK);
    try (Model model = new Model(Checkpoint.open(DEMO), new EngineOptions(1, 4, 128, 32))) {
      List<List<Integer>> alone = new ArrayList<>();
      for (PreparedRequest request : few) {
        alone.addAll(new HandPacked(model, 1).answer(List.of(request), Packing.AS_THEY_COME));
      }

      for (Packing packing : Packing.values()) {
        assertThat(new HandPacked(model, 4).answer(few, packing)).isEqualTo(alone);
      }
      assertThat(alone).extracting(List::size).isEqualTo(few.stream().map(r -> answer(r)).toList());
    }
  }
}
