package io.github.qwenvlspark.udfs.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of a text without its truth. */
class TextChecksTest {
  @Test
  void wordsAreRunsOfLettersAndDigitsAndCharactersOfScriptsWithoutBlanks() {
    assertThat(Words.of("Total: 12,50 €\nDanke!")).containsExactly("Total", "12", "50", "Danke");
    assertThat(Words.of("发票 No7です")).containsExactly("发", "票", "No7", "で", "す");
    assertThat(Words.of(" \n.,")).isEmpty();
  }

  @Test
  void aTextThatSaysNothingTwiceRepeatsNothing() {
    assertThat(Repetition.of("one two three four five six seven eight")).hasValue(0);
  }

  @Test
  void aLoopIsNearlyAllRepetition() {
    String loop = "and so on it goes ".repeat(50);

    assertThat(Repetition.of(loop).orElseThrow()).isCloseTo(1 - 5.0 / 247, within(1e-12));
  }

  @Test
  void ofFewWordsNothingIsSaid() {
    assertThat(Repetition.of("no no no no no no no")).isEmpty();
  }

  @Test
  void textsAgreeByTheWordsTheyShare() {
    assertThat(WordAgreement.of("a b c d", "d c b a")).hasValue(1);
    assertThat(WordAgreement.of("a b c d", "a b")).hasValue(2.0 * 2 / 6);
    assertThat(WordAgreement.of("a a a", "a")).hasValue(2.0 / 4);
    assertThat(WordAgreement.of("a", "")).hasValue(0);
    assertThat(WordAgreement.of("", " . ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreementIsSymmetricBoundedAndBlindToOrder(long seed) {
    Random random = new Random(seed);
    List<String> words = random.ints(40, 0, 12).mapToObj(i -> "w" + i).collect(Collectors.toList());
    String other = random.ints(25, 0, 15).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    String text = String.join(" ", words);
    Collections.shuffle(words, random);

    double agreement = WordAgreement.of(text, other).orElseThrow();

    assertThat(agreement).isBetween(0.0, 1.0);
    assertThat(WordAgreement.of(other, text)).hasValue(agreement);
    assertThat(WordAgreement.of(String.join(" ", words), other)).hasValue(agreement);
    assertThat(WordAgreement.of(text, text)).hasValue(1);
  }
}
