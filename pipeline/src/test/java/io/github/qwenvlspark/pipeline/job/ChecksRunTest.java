package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What rows of a run say of their own quality. */
class ChecksRunTest extends EchoRuns {
  private List<String> checks(String... columns) {
    return results(columns).stream().map(Row::mkString).sorted().toList();
  }

  @Test
  void anAnswerIsHeldAgainstTheTextLayerOfItsPage() {
    task("say", "text");
    task("fields", "fields");
    files.pdfOf("in/a.pdf", "Invoice 17 of ALPHA");
    run(
        files.text(
            "in/m.csv",
            "uri,task,say\na.pdf,say,ALPHA: invoice 17\na.pdf,say,Invoice 17 of ALPHA\na.pdf,fields,\"{\"\"a\"\": 1}\"\n"),
        "say");

    assertThat(texts("round(checks.text_layer_agreement, 3)"))
        .as("2 of 3 and 4 words; all; no text to compare")
        .containsExactly("0.571", "1.0", "NULL");
  }

  @Test
  void anEmptyPageIsSeen() {
    task("say", "text");
    files.pdf("in/blank.pdf", 1);
    files.pdfOf("in/letter.pdf", "x");
    run(files.text("in/m.csv", "uri\nblank.pdf\nletter.pdf\n"), "say");

    assertThat(checks("regexp_extract(uri, '[^/]+$', 0)", "cast(checks.empty_page AS string)"))
        .containsExactly("blank.pdftrue", "letter.pdffalse");
  }

  @Test
  void aLoopIsSeen() {
    task("say", "text");
    files.picture("in/a.png", 60, 40);
    run(
        files.text(
            "in/m.csv",
            "uri,say\na.png,one two three four one two three four one two three four\na.png,too short\n"),
        "say");

    assertThat(texts("round(checks.repeated_ngrams, 3)")).containsExactly("0.556", "NULL");
  }

  @Test
  void boxesThatLeaveThePictureAreCounted() {
    task("boxes", "boxes");
    task("say", "text");
    files.picture("in/a.png", 60, 40);
    String boxes =
        "[{\"\"bbox_2d\"\": [1, 1, 9, 9], \"\"label\"\": \"\"in\"\"}, {\"\"bbox_2d\"\": [1, 1, 900, 9], \"\"label\"\": \"\"out\"\"}]";
    run(
        files.text(
            "in/m.csv", "uri,task,say\na.png,boxes,\"%s\"\na.png,say,text\n".formatted(boxes)),
        "boxes");

    assertThat(texts("checks.boxes_out_of_frame")).containsExactly("1", "NULL");
    assertThat(texts("get(boxes, 1).bbox[2]")).as("and are clipped").containsExactly("60", "NULL");
  }

  @Test
  void anErrorHasNoChecks() {
    task("say", "text");
    files.empty("in/a.png");
    run(files.text("in/m.csv", "uri\na.png\n"), "say");

    assertThat(texts("checks")).containsExactly("NULL");
  }
}
