package io.github.qwenvlspark.udfs.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mean average precision of located things over many pictures: precision at 101 recalls, mean over
 * labels that the truth has.
 *
 * <p>Source: COCO's evaluation (pycocotools). Models that write boxes as text give them no score:
 * boxes are ranked by the score of their picture, and in a picture by their place in the answer.
 *
 * @param at50 at an overlap of 0.5
 * @param mean over the thresholds of {@link BoxMatch}
 */
public record AveragePrecision(double at50, double mean) {
  private static final int RECALLS = 101;

  /** The boxes of one picture; {@code score} ranks it among others. */
  public record Picture(double score, BoxMatch match) {}

  /** Of pictures whose truth has at least one box together. */
  public static AveragePrecision of(List<Picture> pictures) {
    Map<String, Integer> truths = new TreeMap<>();
    Map<String, List<BoxMatch.Detection>> ranked = new HashMap<>();
    pictures.stream()
        .sorted((a, b) -> Double.compare(b.score(), a.score()))
        .forEach(
            picture -> {
              picture.match().truths().forEach(label -> truths.merge(label, 1, Integer::sum));
              for (BoxMatch.Detection found : picture.match().detections()) {
                ranked.computeIfAbsent(found.label(), unused -> new ArrayList<>()).add(found);
              }
            });
    double at50 = 0;
    double sum = 0;
    for (Map.Entry<String, Integer> truth : truths.entrySet()) {
      List<BoxMatch.Detection> found = ranked.getOrDefault(truth.getKey(), List.of());
      for (int k = 0; k < BoxMatch.THRESHOLDS; k++) {
        double precision = precision(found, k, truth.getValue());
        sum += precision;
        at50 += k == 0 ? precision : 0;
      }
    }
    return new AveragePrecision(at50 / truths.size(), sum / truths.size() / BoxMatch.THRESHOLDS);
  }

  /** Of one label at one threshold. */
  private static double precision(List<BoxMatch.Detection> ranked, int threshold, int truths) {
    double[] precisions = new double[ranked.size()];
    double[] recalls = new double[ranked.size()];
    int right = 0;
    for (int i = 0; i < ranked.size(); i++) {
      right += ranked.get(i).matched() >> threshold & 1;
      precisions[i] = (double) right / (i + 1);
      recalls[i] = (double) right / truths;
    }
    for (int i = precisions.length - 2; i >= 0; i--) {
      precisions[i] = Math.max(precisions[i], precisions[i + 1]);
    }
    double sum = 0;
    int i = 0;
    for (int step = 0; step < RECALLS; step++) {
      while (i < recalls.length && recalls[i] < step / 100.0) {
        i++;
      }
      sum += i < recalls.length ? precisions[i] : 0;
    }
    return sum / RECALLS;
  }
}
