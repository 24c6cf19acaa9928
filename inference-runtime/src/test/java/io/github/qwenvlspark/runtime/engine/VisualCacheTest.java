package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisualCacheTest {
  @Test
  void whatWasUsedLastStaysAndWhatWasNotGoes() {
    VisualCache cache = new VisualCache(2 * 100 * Float.BYTES);
    cache.add("a", new float[100]);
    cache.add("b", new float[100]);
    assertThat(cache.find("a")).isPresent();
    cache.add("c", new float[100]);
    assertThat(cache.find("b")).isEmpty();
    assertThat(cache.find("a")).isPresent();
    assertThat(cache.find("c")).isPresent();
  }

  @Test
  void whatIsLargerThanTheCacheIsNotKept() {
    VisualCache cache = new VisualCache(10);
    cache.add("a", new float[100]);
    assertThat(cache.find("a")).isEmpty();
    cache.add("b", new float[2]);
    assertThat(cache.find("b")).isPresent();
  }

  @Test
  void theSameVisualTwiceCountsOnce() {
    VisualCache cache = new VisualCache(2 * 100 * Float.BYTES);
    cache.add("a", new float[100]);
    cache.add("a", new float[100]);
    cache.add("b", new float[100]);
    assertThat(cache.find("a")).isPresent();
    assertThat(cache.find("b")).isPresent();
  }
}
