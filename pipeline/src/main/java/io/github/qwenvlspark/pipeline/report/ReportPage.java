package io.github.qwenvlspark.pipeline.report;

import java.util.List;

/**
 * A picture, page or clip with all its answers.
 *
 * @param image a data URI; empty where the document could not be read
 * @param width pixels of the original picture, the space of the boxes
 */
public record ReportPage(
    String title,
    String part,
    String image,
    int width,
    int height,
    List<ReportBox> boxes,
    List<ReportAnswer> answers) {
  public ReportPage {
    boxes = List.copyOf(boxes);
    answers = List.copyOf(answers);
  }
}
