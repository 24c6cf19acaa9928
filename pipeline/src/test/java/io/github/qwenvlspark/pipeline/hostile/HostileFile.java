package io.github.qwenvlspark.pipeline.hostile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file that means harm. Its bytes are not copied. */
record HostileFile(String name, byte[] bytes) {
  /** A file cut at every hundredth of its length, the empty one included. */
  static List<HostileFile> cut(String name, byte[] whole) {
    List<HostileFile> files = new ArrayList<>();
    for (int percent = 0; percent < 100; percent++) {
      int length = (int) ((long) whole.length * percent / 100);
      files.add(
          new HostileFile("%s-%d-percent".formatted(name, percent), Arrays.copyOf(whole, length)));
    }
    return files;
  }

  /** A file with some bits flipped, for each seed others; many of them near its beginning. */
  static List<HostileFile> flipped(String name, byte[] whole, int seeds) {
    List<HostileFile> files = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      int reach = seed % 2 == 0 ? Math.min(damaged.length, 64) : damaged.length;
      for (int i = 0; i <= seed % 8; i++) {
        damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      }
      files.add(new HostileFile("%s-flipped-%d".formatted(name, seed), damaged));
    }
    return files;
  }
}
