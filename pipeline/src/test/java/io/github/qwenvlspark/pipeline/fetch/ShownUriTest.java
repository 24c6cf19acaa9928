package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownUriTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket/what? is #this@home.png",
        "file:/a/b@c.png",
        "/a/b.png",
        "https://host/a.png",
        "invoice-7@mail",
        ""
      })
  void whatHoldsNoCredentialStaysAsItIs(String uri) {
    assertThat(ShownUri.of(uri)).isEqualTo(uri);
    assertThat(ShownUri.isRedacted(ShownUri.of(uri))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://key:SECRET@bucket/a.png",
        "s3a://key:SEC@RET@bucket/a.png",
        "https://host/a.png?X-Amz-Signature=SECRET",
        "https://host/a.png?a=1\nSECRET",
        "HTTPS://me:SECRET@host/a.png",
        "http://host/a.png#SECRET"
      })
  void credentialsAreTakenAwayAndTheUriSaysSo(String uri) {
    String shown = ShownUri.of(uri);

    assertThat(shown).doesNotContain("SEC", "RET").contains("/a.png?redacted=");
    assertThat(ShownUri.isRedacted(shown)).isTrue();
    assertThat(ShownUri.of(shown.replaceFirst("^[hH].*\\?", "s3a://b/a?"))).contains("redacted=");
    assertThat(ShownUri.inMessage(uri)).doesNotContain("SEC", "RET");
  }

  @Test
  void urisThatDifferOnlyInWhatIsTakenAwayStayApart() {
    assertThat(ShownUri.of("https://host/get?id=1"))
        .startsWith("https://host/get?redacted=")
        .isNotEqualTo(ShownUri.of("https://host/get?id=2"))
        .isEqualTo(ShownUri.of("https://host/get?id=1"));
  }
}
