package io.github.qwenvlspark.udfs.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A parsed page as clean HTML, Markdown and plain text. */
class PageHtmlTest {
  private static final String PAGE =
      """
      ```html
      <html><body>
      <h2 data-bbox="310 94 658 132">Title</h2>
      <p data-bbox="99 339 869 565" style="color:red">Text <b>bold</b> and 5 < 6</p>
      <div class="image" data-bbox="1 2 3 4"><img data-bbox="1 2 3 4"/></div>
      <div class="image caption" data-bbox="1 2 3 4"><p>A cup.</p></div>
      <div class="image caption" data-bbox="1 2 3 4"></div>
      <div class="formula.machine_printed" data-bbox="1 2 3 4"><img/><div>E = mc^2</div></div>
      <ol data-bbox="0 0 9 9"><li data-bbox="5 6 7 8">one<ul><li>inner</li></ul></li><li>two</li></ol>
      <table data-bbox="1 2 3 4" data-polygon="1 2"><tr><th>Item</th><th>Sum</th></tr><tr><td>Tea | milk</td><td>2<br>3</td></tr></table>
      </body></html>
      ```
      That is the page.""";

  @Test
  void cleanHtmlHasStructureAndWordsOnly() {
    assertThat(PageHtml.read(PAGE).html())
        .isEqualTo(
            """
            <h2>Title</h2>
            <p>Text <b>bold</b> and 5 &lt; 6</p>
            <div class="image"></div>
            <div class="image caption"><p>A cup.</p></div>
            <div class="formula"><div>E = mc^2</div></div>
            <ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol>
            <table><tbody><tr><th>Item</th><th>Sum</th></tr><tr><td>Tea | milk</td><td>2<br>3</td></tr></tbody></table>""");
  }

  @Test
  void markdownKeepsTheReadingOrder() {
    assertThat(PageHtml.read(PAGE).markdown())
        .isEqualTo(
            """
            ## Title

            Text **bold** and 5 \\< 6

            *A cup.*

            $$
            E = mc^2
            $$

            1. one
               - inner
            2. two

            | Item | Sum |
            | --- | --- |
            | Tea \\| milk | 2<br>3 |""");
  }

  @Test
  void plainTextIsTheWordsAlone() {
    assertThat(PageHtml.read(PAGE).text())
        .isEqualTo(
            """
            Title
            Text bold and 5 < 6
            A cup.
            E = mc^2
            one
            inner
            two
            Item\tSum
            Tea | milk\t2 3""");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>x()</script><p>a</p>",
        "<p onclick=\"x()\">a</p>",
        "<p style=\"background:url(javascript:x)\">a</p>",
        "<a href=\"javascript:x\"><p>a</p></a>",
        "<p><iframe src=\"x\"></iframe>a</p>",
        "<svg onload=x><p>a</p>"
      })
  void nothingOfAPageCanAct(String html) {
    PageHtml page = PageHtml.read(html);
    assertThat(page.html()).isEqualTo("<p>a</p>");
    assertThat(page.markdown()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "&lt;b&gt;x!\\<b>x",
        "*a* _b_ snake_case!\\*a\\* \\_b\\_ snake_case",
        "1. a!1\\. a",
        "2024 a!2024 a",
        "1.5 a!1.5 a",
        "# a!\\# a",
        "#1!#1",
        "- a!\\- a",
        "-5 a!-5 a",
        "&gt; a!\\> a",
        "---!\\---",
        "===!\\===",
        "[a](b)!\\[a\\](b)",
        "a\\b!a\\\\b",
        "AT&amp;T &amp;amp;!AT&T \\&amp;",
        "`a`!\\`a\\`",
        "~5 $6!\\~5 $6"
      })
  void wordsThatLookLikeMarkupStayWords(String html, String markdown) {
    assertThat(PageHtml.read("<p>" + html + "</p>").markdown()).isEqualTo(markdown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "<p>a<br>- b</p>!'a  \n\\- b'",
        "<p>a <b> b </b>c <i>d</i></p>!a **b** c *d*",
        "<p>H<sub>2</sub>O</p>!H<sub>2</sub>O",
        "<p>so <span class=\"formula\">x_1</span></p>!so $x_1$",
        "<div class=\"formula\">$$x$$</div>!$$x$$",
        "<div class=\"formula handwritten\">\\frac{a}{b}</div>!'$$\n\\frac{a}{b}\n$$'",
        "'<div class=\"music sheet\">X:1\nK:C</div>'!'```\nX:1\nK:C\n```'",
        "<ol start=\"3\"><li>c<li>d</ol>!'3. c\n4. d'",
        "<ul><li><p>a</p><p>b</p></li></ul>!'- a\n\n  b'",
        "loose <p>a</p> words!'loose\n\na\n\nwords'",
        "<header>a</header><footer>b</footer>!'a\n\nb'",
        "<p> </p><h1></h1><ul><li></li></ul><table></table>!''"
      })
  void eachKindOfBlockHasItsForm(String html, String markdown) {
    assertThat(PageHtml.read(html).markdown()).isEqualTo(markdown);
  }

  @Test
  void aMergedCellStandsInEveryRowAndColumnThatItCovers() {
    PageHtml page =
        PageHtml.read(
            "<table><caption>Costs</caption><tr><th colspan=2>2024</th><th>b</th></tr>"
                + "<tr><td rowspan=2>x</td><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>");
    assertThat(page.markdown())
        .isEqualTo(
            """
            *Costs*

            | 2024 | 2024 | b |
            | --- | --- | --- |
            | x | 1 | 2 |
            | x | 3 |  |""");
    assertThat(page.text()).isEqualTo("Costs\n2024\tb\nx\t1\t2\n3");
  }

  @Test
  void cellsThatWouldMakeATableAbsurdlyLargeStandOnce() {
    String row = "<tr>" + "<td colspan=1000 rowspan=9999>x</td>".repeat(20) + "</tr>";
    assertThat(PageHtml.read("<table>" + row.repeat(20) + "</table>").markdown())
        .hasSizeLessThan(5000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sure: <html><body><p>a</p></body></html> Anything else?",
        "这是结果:\n```html\n<p>a</p>\n```\nIs it right?",
        "<body><p>a"
      })
  void whatIsSaidAroundAPageIsNotOfThePage(String answer) {
    assertThat(PageHtml.read(answer).text()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"The total is < 5.", ""})
  void proseIsNoPage(String answer) {
    assertThatThrownBy(() -> PageHtml.read(answer))
        .isInstanceOf(UnparsableAnswerException.class)
        .hasMessage("The answer holds no HTML");
  }

  static List<String> runs() {
    return List.of(
        "<div>",
        "<li>",
        "<table><tr><td colspan=9>",
        "<b>a</b>",
        "<br>",
        "a<p>",
        "_",
        " \n",
        "1. ",
        "&amp;",
        "<ul>",
        "<h1>x</h1>",
        "<tr><td>",
        "\u2028");
  }

  @ParameterizedTest
  @MethodSource("runs")
  @Timeout(60) // far above what linear reading takes anywhere, far below the square
  void longRunsAreReadInLinearTime(String piece) {
    PageHtml page = PageHtml.read("<p>" + piece.repeat(50_000));
    assertThat(page.markdown()).isNotNull();
    assertThat(page.text()).isNotNull();
  }
}
