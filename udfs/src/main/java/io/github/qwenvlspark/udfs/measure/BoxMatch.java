package io.github.qwenvlspark.udfs.measure;

import io.github.qwenvlspark.udfs.geometry.Iou;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How the boxes of one picture compare with the true ones: at each of ten thresholds, 0.5 to 0.95,
 * boxes take in their order the true box of their label that they overlap most and nobody took.
 *
 * <p>Source: the matching of COCO's evaluation (pycocotools), without crowds and areas.
 *
 * @param detections the boxes, with what they took
 * @param truths labels of the true boxes
 * @param meanIou over true boxes, of the best overlap with a box of their label; 1 without any
 */
public record BoxMatch(List<Detection> detections, List<String> truths, double meanIou) {
  /** Thresholds: 0.5 and nine steps of 0.05. */
  public static final int THRESHOLDS = 10;

  public BoxMatch {
    detections = List.copyOf(detections);
    truths = List.copyOf(truths);
  }

  /** A labelled box {@code [x1, y1, x2, y2]}. */
  public record Box(String label, List<Integer> bbox) {
    public Box {
      bbox = List.copyOf(bbox);
    }
  }

  /**
   * A box of the answer.
   *
   * @param matched bit k is set if it took a true box at threshold 0.5 + 0.05 k
   */
  public record Detection(String label, int matched) {}

  /** Matches the boxes of one answer, in its order. */
  public static BoxMatch of(List<Box> answer, List<Box> truth) {
    int[] matched = new int[answer.size()];
    for (int k = 0; k < THRESHOLDS; k++) {
      BitSet taken = new BitSet(truth.size());
      for (int i = 0; i < answer.size(); i++) {
        int best = best(answer.get(i), truth, taken, threshold(k));
        if (best >= 0) {
          taken.set(best);
          matched[i] |= 1 << k;
        }
      }
    }
    List<Detection> detections = new ArrayList<>();
    for (int i = 0; i < matched.length; i++) {
      detections.add(new Detection(answer.get(i).label(), matched[i]));
    }
    double iou =
        truth.stream()
            .mapToDouble(
                box -> answer.stream().mapToDouble(given -> iou(given, box)).max().orElse(0))
            .average()
            .orElse(1);
    return new BoxMatch(detections, truth.stream().map(Box::label).toList(), iou);
  }

  /** The overlap that counts, of threshold {@code k}. */
  private static double threshold(int k) {
    return (50 + 5 * k) / 100.0;
  }

  private static int best(Box box, List<Box> truth, BitSet taken, double threshold) {
    int best = -1;
    double most = threshold;
    for (int j = 0; j < truth.size(); j++) {
      double iou = taken.get(j) ? 0 : iou(box, truth.get(j));
      if (iou >= most) {
        most = iou;
        best = j;
      }
    }
    return best;
  }

  private static double iou(Box a, Box b) {
    return a.label().equals(b.label()) ? Iou.of(a.bbox(), b.bbox()) : 0;
  }
}
