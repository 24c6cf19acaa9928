package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
  private static final String TEXT = "pässword\n\t of a document";

  private final Seal seal = Seal.fresh();

  @ParameterizedTest
  @ValueSource(strings = {"", "a", TEXT})
  void whatIsSealedCanBeOpened(String text) {
    assertThat(seal.open(seal.seal(text))).isEqualTo(text);
  }

  @Test
  void nothingOfTheTextShowsAndEqualTextsAreNotEqual() {
    byte[] sealed = seal.seal(TEXT);

    assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
        .doesNotContain("ssword", "document");
    assertThat(sealed).isNotEqualTo(seal.seal(TEXT));
  }

  @Test
  void whateverByteIsChangedOrMissingIsRefused() {
    byte[] sealed = seal.seal(TEXT);

    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      byte[] cut = Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> seal.open(changed))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Cannot open a sealed value of the plan: it was changed, or another run wrote it");
      assertThatThrownBy(() -> seal.open(cut)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anotherRunCannotOpenIt() {
    byte[] sealed = seal.seal(TEXT);

    assertThatThrownBy(() -> Seal.fresh().open(sealed)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSparkTaskThatBringsItOpens() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(seal);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((Seal) in.readObject()).open(seal.seal(TEXT))).isEqualTo(TEXT);
    }
  }

  @Test
  void itTellsNothingOfItself() {
    assertThat(seal).hasToString("a seal");
  }
}
