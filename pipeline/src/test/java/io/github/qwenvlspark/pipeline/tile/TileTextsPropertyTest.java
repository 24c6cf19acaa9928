package io.github.qwenvlspark.pipeline.tile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TileTextsPropertyTest {

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bandsOfATextJoinToTheText(int seed) {
    Random random = new Random(seed);
    List<String> lines = Stream.generate(() -> line(random)).limit(8 + random.nextInt(60)).toList();
    List<String> bands = new ArrayList<>();
    int from = 0;
    while (from < lines.size()) {
      int to = Math.min(lines.size(), from + 7 + random.nextInt(6));
      bands.add(band(random, lines, from, to));
      from = to == lines.size() ? to : to - 2 - random.nextInt(3);
    }

    assertThat(TileTexts.join(bands, 1)).isEqualTo(String.join("\n", lines));
  }

  /** Some lines, of which the edges of the tile may cut the line beyond the first and the last. */
  private static String band(Random random, List<String> lines, int from, int to) {
    List<String> band = new ArrayList<>(lines.subList(from, to));
    if (from > 0 && random.nextBoolean()) {
      band.add(0, line(random));
    }
    if (to < lines.size() && random.nextBoolean()) {
      band.add(line(random));
    }
    return String.join("\n", band);
  }

  private static String line(Random random) {
    StringBuilder line = new StringBuilder();
    int length = 6 + random.nextInt(20);
    for (int i = 0; i < length; i++) {
      line.append((char) ('a' + random.nextInt(26)));
    }
    return line.toString();
  }
}
