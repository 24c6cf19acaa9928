package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The model says what the other stack's model says: the best logits of the first token, some that
 * lie evenly among all, and the logarithm of the sum of their exponentials.
 */
record GoldenLogitsCheck(GoldenFile golden) implements Check {
  @Override
  public String name() {
    return "golden logits";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.within(name(), Tolerance.LOGITS);
    for (GoldenCase testCase : golden.cases()) {
      float[] logits = testCase.answer(subject).logits();
      JsonNode wanted = testCase.golden("logits");
      int[] ids = Shipped.ints(wanted.path("ids"));
      for (int i = 0; i < ids.length; i++) {
        double value = ids[i] < logits.length ? logits[ids[i]] : Double.NaN;
        tally.error(
            "%s, logit %d".formatted(testCase.name(), ids[i]),
            Math.abs(value - wanted.path("values").path(i).asDouble(Double.NaN)));
      }
      tally.error(
          testCase.name() + ", logsumexp",
          Math.abs(logSumExp(logits) - wanted.path("logsumexp").asDouble(Double.NaN)));
    }
    return tally.measure("logits after each prompt");
  }

  private static double logSumExp(float[] logits) {
    float top = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      top = Math.max(top, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - top);
    }
    return top + Math.log(sum);
  }
}
