package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopDetectorTest {
  @ParameterizedTest
  @CsvSource({"1, 256", "2, 256", "3, 256", "64, 256", "65, 260", "100, 400", "256, 1024"})
  void aPieceIsALoopOnceItFilledEnoughTokensInFourRounds(int period, int tokens) {
    LoopDetector detector = new LoopDetector();
    List<Integer> answer = unlike(37, 0);
    answer.forEach(id -> assertThat(detector.add(id)).isEmpty());
    for (int i = 0; i < tokens - 1; i++) {
      assertThat(detector.add(1000 + i % period)).as("token %d", i).isEmpty();
    }
    assertThat(detector.add(1000 + (tokens - 1) % period)).hasValue(37 + period);
  }

  @Test
  void theShortestPieceIsTheOneThatIsKept() {
    LoopDetector detector = new LoopDetector();
    OptionalInt kept = OptionalInt.empty();
    for (int i = 0; kept.isEmpty(); i++) {
      kept = detector.add(i % 4); // of period 8, 12, … too
    }
    assertThat(kept).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 300, 1000})
  void aPieceLongerThanTheLimitMayRepeat(int period) {
    LoopDetector detector = new LoopDetector();
    for (int i = 0; i < 5 * period; i++) {
      assertThat(detector.add(i % period)).isEmpty();
    }
  }

  @Test
  void aRowOfEmptyCellsIsNoLoop() {
    LoopDetector detector = new LoopDetector();
    for (int row = 0; row < 100; row++) {
      for (int cell = 0; cell < 60; cell++) {
        for (int id : new int[] {1, 2, 3, 4}) {
          assertThat(detector.add(id)).isEmpty();
        }
      }
      assertThat(detector.add(100 + row)).isEmpty(); // each row has a number of its own
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void textThatOnlyResemblesItselfIsNoLoop(long seed) {
    Random random = new Random(seed);
    LoopDetector detector = new LoopDetector();
    for (int i = 0; i < 5000; i++) {
      assertThat(detector.add(i % 97 == 0 ? random.nextInt(1000) : i % 10)).isEmpty();
    }
  }

  private static List<Integer> unlike(int count, int from) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(from + i);
    }
    return ids;
  }
}
