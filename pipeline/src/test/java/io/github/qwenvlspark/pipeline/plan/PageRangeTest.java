package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRangeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1-3,7; 0 1 2 6",
        "5-; 4 5 6 7 8",
        "-3; 0 1 2",
        "9; 8",
        "1-; 0 1 2 3 4 5 6 7 8",
        "3, 2 ,1; 0 1 2",
        "2-4,3-5,4; 1 2 3 4",
        " 1 - 2 ; 0 1",
      })
  void aRangeNamesPagesFromOneEachOnceAndInOrder(String text, String pages) {
    assertThat(PageRange.of(text).of(9))
        .containsExactlyElementsOf(Arrays.stream(pages.split(" ")).map(Integer::valueOf).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "-",
        "1,",
        "a",
        "1-b",
        "1--2",
        "1-2-3",
        "0",
        "0-1",
        "3-1",
        "1 2",
        "+1",
        "1.5",
        "99999999999",
        "\u0661"
      })
  void whatIsNoRangeIsAnInvalidRequestThatNamesTheColumn(String text) {
    assertInvalid(() -> PageRange.of(text), "The manifest's column pages cannot be used: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "8-10", "10-", "1,999999999", "-10"})
  void aPageThatIsNotThereIsAnInvalidRequestThatSaysHowManyThereAre(String text) {
    assertInvalid(() -> PageRange.of(text).of(9), "the document has 9 pages");
  }

  @Test
  void whatIsAskedForIsNotQuoted() {
    assertThatThrownBy(() -> PageRange.of("secret")).hasMessageNotContaining("secret");
  }

  @Test
  void aListWithoutAnEndIsNotRead() {
    assertInvalid(() -> PageRange.of("1,".repeat(100_000) + "1"), "at most 1,000 ranges");
  }

  @Test
  @Timeout(10)
  void manyBlanksAreSoonRefused() {
    assertInvalid(() -> PageRange.of("1" + "\n".repeat(200_000) + "x"), "are needed");
  }

  @Test
  void allIsEveryPage() {
    assertThat(PageRange.ALL.of(3)).containsExactly(0, 1, 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aRangeWrittenFromASetOfPagesReadsAsThatSet(long seed) {
    Random random = new Random(seed);
    int pages = random.nextInt(1, 200);
    TreeSet<Integer> wanted = new TreeSet<>();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 10); i > 0; i--) {
      int first = random.nextInt(pages);
      int last = random.nextInt(first, pages);
      wanted.addAll(IntStream.rangeClosed(first, last).boxed().collect(Collectors.toList()));
      text.append(text.isEmpty() ? "" : ",");
      text.append(first == last ? "" + (first + 1) : (first + 1) + "-" + (last + 1));
    }
    assertThat(PageRange.of(text.toString()).of(pages)).isEqualTo(List.copyOf(wanted));
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOf(QwenVlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((QwenVlException) e).type())
        .isEqualTo(ErrorType.INVALID_REQUEST);
  }
}
