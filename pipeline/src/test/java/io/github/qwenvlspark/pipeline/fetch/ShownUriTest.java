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
  void inAConversationNamesAloneAreShownOtherwise() {
    String json =
        """
        [{"role":"user","content":[
          {"type":"image","image":"https://host/a.png?signature=SECRET"},
          {"type":"image_url","image_url":{"url":"https:\\/\\/me:SECRET@host\\/b.png"}},
          {"type":"video","video":["s3a://key:SECRET@bucket/1.png","2.png?","data:image/png;base64,//"]},
          {"type":"text","text":"What is https://host/?page=2#top, 2.50?"}]}]
        """;

    String shown = ShownUri.inConversation(json);

    assertThat(shown)
        .doesNotContain("SECRET")
        .contains(
            ShownUri.of("https://host/a.png?signature=SECRET"),
            "{\"url\":\"https://host/b.png?redacted=",
            "[\"s3a://bucket/1.png?redacted=",
            "\"2.png?\",\"data:image/png;base64,//\"]",
            "\"text\":\"What is https://host/?page=2#top, 2.50?\"");
    assertThat(ShownUri.inConversation(json)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"role\": \"user\",  \"content\": \"https://host/?page=2\"}]",
        "[ {\"image\": \"s3a://bucket/a.png?\"} ]",
        "[{\"image\": {\"uri\": 1}, \"video\": null}, 5]",
        "no JSON, and no URI either?",
        ""
      })
  void aConversationWithoutCredentialsStaysAsItIs(String json) {
    assertThat(ShownUri.inConversation(json)).isEqualTo(json);
  }

  @Test
  void ofAConversationThatIsNoJsonNothingIsShown() {
    String broken = "[{\"image\": \"https://host/a.png?signature=SECRET\"";

    assertThat(ShownUri.inConversation(broken))
        .matches("\\?redacted=[0-9a-f]{16}")
        .isNotEqualTo(ShownUri.inConversation(broken + " "));
  }

  @Test
  void urisThatDifferOnlyInWhatIsTakenAwayStayApart() {
    assertThat(ShownUri.of("https://host/get?id=1"))
        .startsWith("https://host/get?redacted=")
        .isNotEqualTo(ShownUri.of("https://host/get?id=2"))
        .isEqualTo(ShownUri.of("https://host/get?id=1"));
  }
}
