package io.github.qwenvlspark.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.ort.ProductSession;
import org.junit.jupiter.api.Test;

/** The measures of the machine do what they say; how fast is no test. */
class MemoryReadTest {
  @Test
  void aPassReadsBothBuffersWhateverTheThreads() {
    try (MemoryRead memory = new MemoryRead(3, 4)) {
      memory.pass();

      assertThat(memory.bytes()).isEqualTo(4.0 * (1 << 20));
    }
  }

  @Test
  void aProductCountsTwoOperationsForEachMultiplication() {
    try (ProductSession product = new ProductSession(64, 1)) {
      product.run();

      assertThat(product.flops()).isEqualTo(2.0 * 64 * 64 * 64);
    }
  }

  @Test
  void thePeakIsNeverBelowWhatIsHeld() {
    ProcessMemory.forgetPeak();

    assertThat(ProcessMemory.peak().orElse(Long.MAX_VALUE)).isGreaterThan(1 << 20);
  }
}
