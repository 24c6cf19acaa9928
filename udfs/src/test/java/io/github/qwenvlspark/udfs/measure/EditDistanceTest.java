package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3",
    "flaw, lawn, 2",
    "abc, abc, 0",
    "'', abc, 3",
    "发票号码, 发票代码, 1",
    "a😀b, ab, 1"
  })
  void distancesCountCodePoints(String a, String b, int distance) {
    assertThat(EditDistance.of(a, b)).isEqualTo(distance);
    assertThat(EditDistance.of(b, a)).isEqualTo(distance);
  }

  @Test
  void theErrorRateIsOverTheTruth() {
    assertThat(EditDistance.characterErrorRate("abcd", "abxx")).isEqualTo(0.5);
    assertThat(EditDistance.characterErrorRate("abc", "")).isEqualTo(1);
    assertThat(EditDistance.characterErrorRate("", "")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "the cat sat, the cat sat, 0",
    "the cat, the cat sat, 0.3333333333333333",
    "' the\n cat\tsat ', the cat sat, 0",
    "the the the, cat, 3",
    "word, '', 1",
    "'', ' ', 0"
  })
  void theWordErrorRateIsOverTheWordsOfTheTruth(String answer, String truth, double rate) {
    assertThat(EditDistance.wordErrorRate(answer, truth)).isEqualTo(rate);
  }
}
