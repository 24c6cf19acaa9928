package io.github.qwenvlspark.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({"1000, FP32", "999, INT8", "1, INT8"})
  void theExactPrecisionIsTakenWhereItFitsAndEightBitsElsewhere(long mib, Precision chosen) {
    assertThat(new MemoryBudget(mib * MIB, "test").choose(MemoryBudgetTest::need))
        .isEqualTo(chosen);
  }

  @Test
  void whatIsFreeNowDoesNotDecideThePrecision() {
    assertThat(new MemoryBudget(1000 * MIB, 1, "test").choose(MemoryBudgetTest::need))
        .isEqualTo(Precision.FP32);
  }

  @Test
  void aNeedThatFitsIsNotRefused() {
    MemoryBudget budget = new MemoryBudget(1000 * MIB, "test");
    assertThatCode(() -> budget.require(need(Precision.FP32))).doesNotThrowAnyException();
  }

  @Test
  void aRefusalNamesEveryNumberAndWhatToLower() {
    MemoryBudget budget = new MemoryBudget(999 * MIB, "spark.executor.memoryOverhead");
    assertThatThrownBy(() -> budget.require(need(Precision.FP32)))
        .isInstanceOf(QwenVlException.class)
        .hasMessage(
            """
            Cannot load the model in fp32: it needs 1.0 GiB outside the Java heap, 999 MiB is there (spark.executor.memoryOverhead):
                600 MiB  weights of the text decoder (lower with precision)
                400 MiB  KV cache (lower with maxBatch or maxContextTokens)
            Give more memory or lower what is named above, such as precision to int8; spark.qwenvl.engine.memoryLimit replaces the amount that was found""");
  }

  @Test
  void memoryThatOthersUseNowIsToldApartFromMemoryThatIsNotThere() {
    MemoryBudget budget = new MemoryBudget(2000 * MIB, 100 * MIB, "the memory of this machine");
    assertThatThrownBy(() -> budget.require(need(Precision.INT8)))
        .hasMessageContaining("100 MiB is free now (the memory of this machine)")
        .hasMessageNotContaining("precision to int8");
  }

  @Test
  void anEngineIsRefusedBeforeAnythingIsLoaded() {
    EngineOptions options = EngineOptions.DEFAULT.withMemoryLimit(MIB);
    assertThatThrownBy(() -> QwenVl.open(Fixtures.path("tiny-model-f32"), options))
        .hasMessageContaining("1 MiB is there (spark.qwenvl.engine.memoryLimit)");
  }

  private static MemoryNeed need(Precision precision) {
    return precision == Precision.FP32
        ? new MemoryNeed(
            precision, Map.of(MemoryItem.DECODER, 600 * MIB, MemoryItem.KV_CACHE, 400 * MIB))
        : new MemoryNeed(precision, Map.of(MemoryItem.DECODER, 200 * MIB));
  }
}
