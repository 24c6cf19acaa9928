package io.github.qwenvlspark.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A table and a bug report say which build wrote them. */
class ProductTest {
  @Test
  void aBuildKnowsItsVersionAndItsCommit() {
    assertThat(Product.THIS.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(Product.THIS.commit()).matches("[0-9a-f]{40}|unknown");
    assertThat(Product.THIS)
        .hasToString(
            "qwen-vl-spark " + Product.THIS.version() + " (" + Product.THIS.commit() + ")");
  }
}
