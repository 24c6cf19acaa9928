package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelBudgetTest {
  private static final long BYTES = 1 << 20;

  @Test
  void whatIsLargerThanTheBudgetGetsAllOfIt() {
    PixelBudget budget = new PixelBudget(BYTES);

    Runnable giveBack = budget.take(Long.MAX_VALUE / 2);

    assertThat(budget.free()).isZero();
    giveBack.run();
    assertThat(budget.free()).isEqualTo(BYTES);
  }

  @Test
  void textAloneTakesNothing() {
    PixelBudget budget = new PixelBudget(BYTES);

    Runnable all = budget.take(BYTES);
    budget.take(0).run();

    all.run();
    assertThat(budget.free()).isEqualTo(BYTES);
  }

  @Test
  void anInterruptedTakerGetsNothing() {
    PixelBudget budget = new PixelBudget(BYTES);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> budget.take(1)).isInstanceOf(QwenVlException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(budget.free()).isEqualTo(BYTES);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void allComesBack(long seed) {
    Random random = new Random(seed);
    PixelBudget budget = new PixelBudget(100 * BYTES);
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      taken.add(budget.take(random.nextLong(BYTES)));
    }

    taken.forEach(Runnable::run);

    assertThat(budget.free()).isEqualTo(100 * BYTES);
  }
}
