package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EditDistancePropertyTest {
  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** The slow twin: the whole table, by the definition, without any shortcut. */
  private static int slowly(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] =
            i == 0 || j == 0
                ? i + j
                : Math.min(
                    table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1),
                    Math.min(table[i - 1][j], table[i][j - 1]) + 1);
      }
    }
    return table[a.length()][b.length()];
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theDistanceIsThatOfTheWholeTable(long seed) {
    Random random = new Random(seed);
    String a = letters(random);
    String b = random.nextBoolean() ? letters(random) : a + letters(random);

    assertThat(EditDistance.of(a, b)).isEqualTo(slowly(a, b)).isEqualTo(EditDistance.of(b, a));
  }

  private static String letters(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
