package io.github.qwenvlspark.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String HOSTILE =
      "</pre></title><script>alert(1)</script><img src=x onerror='alert(2)'>\"&]]>${7*7}<#list 1..9 as x>";

  @Test
  void nothingThatADocumentOrModelSaysBecomesMarkup() throws IOException {
    StringWriter html = new StringWriter();
    HtmlReport.write(
        new ReportSummary(
            HOSTILE,
            HOSTILE,
            Map.of(HOSTILE, HOSTILE),
            Map.of(HOSTILE, 1L),
            List.of(new ReportSummary.TaskAccuracy(HOSTILE, 1, HOSTILE, HOSTILE)),
            List.of(
                new ReportSummary.TaskQuality(
                    HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
            List.of(new ReportSummary.Uncertain(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
            HOSTILE),
        List.of(
            new ReportPage(
                HOSTILE,
                HOSTILE,
                "data:image/png;base64,AAAA",
                10,
                10,
                List.of(
                    ReportBox.of("box", HOSTILE, List.of(1, 2, 3, 4)),
                    ReportBox.of("element", HOSTILE, List.of(1, 2, 3, 4)),
                    ReportBox.point(HOSTILE, List.of(1, 2))),
                List.of(
                    answer(Map.of(HOSTILE, HOSTILE), List.of()),
                    answer(Map.of(), List.of(HOSTILE)),
                    answer(Map.of(), List.of())))),
        html);

    assertThat(html.toString())
        .doesNotContain("<script", "<img src=x", "onerror='", "49")
        .contains("&lt;script&gt;", "${7*7}");
  }

  private static ReportAnswer answer(Map<String, String> fields, List<String> moments) {
    return new ReportAnswer(
        HOSTILE,
        HOSTILE,
        CleanPage.of(HOSTILE),
        fields,
        moments,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        1,
        HOSTILE,
        Map.of(HOSTILE, HOSTILE));
  }

  @Test
  void aParsedPageKeepsItsStructureAndNothingThatActsOrLoads() {
    assertThat(
            CleanPage.of(
                """
                ```html
                <html><body onload="x()"><h1 data-bbox="1 2 3 4" style="color:red" onclick="x()">Top</h1>
                <table><tr><td colspan="2">1</td></tr></table><script>x()</script><style>*{}</style>
                <a href="https://host/">link</a><img src="https://host/x.png"><svg onload="x()"><g/></svg>
                <iframe src="https://host/"></iframe><form action="https://host/"><input></form>
                <p>a &lt;b&gt; c</p></body></html>
                ```"""))
        .contains("<h1>Top</h1>", "<td colspan=\"2\">1</td>", "link", "<p>a &lt;b&gt; c</p>")
        .doesNotContain(
            "host", "onload", "onclick", "style", "script", "svg", "iframe", "form", "img", "```");
  }

  @Test
  void onePageAloneIsAsSafeAsAReport() throws IOException {
    StringWriter html = new StringWriter();
    HtmlReport.write(
        new ReportPage(
            HOSTILE,
            HOSTILE,
            "",
            1,
            1,
            List.of(),
            List.of(answer(Map.of(HOSTILE, HOSTILE), List.of()), answer(Map.of(), List.of()))),
        html);

    assertThat(html.toString())
        .contains("default-src 'none'", "<details open>", "&lt;script&gt;")
        .doesNotContain("<script", "<img src=x", "onerror='");
  }

  @Test
  void aReportAsksNobodyForAnything() throws IOException {
    StringWriter html = new StringWriter();
    HtmlReport.write(
        new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""), List.of(), html);

    assertThat(html.toString())
        .contains("default-src 'none'")
        .doesNotContain("http://", "https://", "src=\"//", "@import");
  }

  @Test
  void largeNumbersAreNotGrouped() throws IOException {
    StringWriter html = new StringWriter();
    HtmlReport.write(
        new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""),
        List.of(
            new ReportPage(
                "t",
                "image",
                "data:image/png;base64,AAAA",
                12345,
                6789,
                List.of(ReportBox.of("element", "p", List.of(1000, 2000, 4000, 5000))),
                List.of())),
        html);

    assertThat(html.toString())
        .contains("viewBox=\"0 0 12345 6789\"", "x=\"1000\" y=\"2000\" width=\"3000\"");
  }

  @Test
  void labelsAreAsLargeOnALargePicture() throws IOException {
    assertThat(page(400)).contains("font-size=\"12\"");
    assertThat(page(4000)).contains("font-size=\"120\"");
  }

  @Test
  void aLabelStaysOnThePicture() throws IOException {
    assertThat(page(400))
        .contains("<text x=\"10\" y=\"16\"") // below the upper rim
        .contains("<text text-anchor=\"end\" x=\"390\" y=\"96\"") // left of the right rim
        .contains("<circle cx=\"20\" cy=\"30\"");
  }

  private static String page(int width) throws IOException {
    StringWriter html = new StringWriter();
    HtmlReport.write(
        new ReportSummary("t", "s", Map.of(), Map.of(), List.of(), ""),
        List.of(
            new ReportPage(
                "t",
                "image",
                "data:image/png;base64,AAAA",
                width,
                500,
                List.of(
                    ReportBox.of("box", "top", List.of(10, 2, 40, 40)),
                    ReportBox.of("box", "right", List.of(350, 100, 390, 140)),
                    ReportBox.point("here", List.of(20, 30))),
                List.of())),
        html);
    return html.toString();
  }
}
