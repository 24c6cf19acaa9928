package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnlsTest {
  @Test
  void theNearestTruthCounts() {
    assertThat(Anls.of("12.50", List.of("twelve", "12.50"))).isEqualTo(1);
    assertThat(Anls.of("12.58", List.of("twelve", "12.50"))).isEqualTo(0.8);
  }

  @Test
  void caseAndSurroundingBlanksDoNotCount() {
    assertThat(Anls.of(" Acme LTD\n", List.of("ACME Ltd"))).isEqualTo(1);
  }

  @Test
  void fromHalfWrongOnNothingIsLeft() {
    assertThat(Anls.of("ab", List.of("ax"))).isZero();
    assertThat(Anls.of("abc", List.of("abx"))).isEqualTo(1 - 1 / 3.0);
    assertThat(Anls.of("", List.of("abc"))).isZero();
    assertThat(Anls.of("abc", List.of())).isZero();
  }

  @Test
  void nothingIsRightWhereNothingIsWanted() {
    assertThat(Anls.of("", List.of(""))).isEqualTo(1);
  }
}
