package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.engine.Candidates;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import java.util.BitSet;

/**
 * Which tokens may come next, and their scores, after repetition penalty, temperature, top_k, top_p
 * and min_p; errors are relative to the score.
 */
record ChoiceCheck() implements Check {
  private static final double TOLERANCE = 1e-5;

  @Override
  public String name() {
    return "token choice";
  }

  @Override
  public Measure take(Subject subject) {
    JsonNode golden = Shipped.json("choice.json.gz");
    Tally tally = Tally.within(name(), TOLERANCE);
    for (JsonNode testCase : golden.path("cases")) {
      TokenRule rule = rule(testCase.path("settings"));
      for (int row = 0; row < golden.path("logits").size(); row++) {
        float[] logits = floats(golden.path("logits").get(row));
        BitSet seen = new BitSet();
        golden.path("sequences").get(row).forEach(id -> seen.set(id.asInt()));
        Candidates candidates = Candidates.of(rule, seen, logits, 0, logits.length);
        String what = "row %d with %s".formatted(row, testCase.path("settings"));
        tally.equal(what + ", best", candidates.best() == testCase.path("argmax").get(row).asInt());
        tally.equal(
            what + ", kept", candidates.ids().length == testCase.path("kept").get(row).asInt());
        tally.error(what, error(candidates, testCase.path("scores").get(row), logits));
      }
    }
    return tally.measure("scores after penalty, temperature, top_k, top_p, min_p");
  }

  private static double error(Candidates candidates, JsonNode wanted, float[] logits) {
    double worst = 0;
    for (int i = 0; i < candidates.ids().length; i++) {
      double score = score(wanted, candidates.ids()[i], logits);
      worst =
          Math.max(
              worst, Math.abs(candidates.scores()[i] - score) / Math.max(Math.abs(score), 1e-30));
    }
    return worst;
  }

  /** Ties at the border of top_p may be cut in any order: then an equal score stayed instead. */
  private static double score(JsonNode wanted, int id, float[] logits) {
    if (!wanted.get(id).isNull()) {
      return wanted.get(id).asDouble();
    }
    for (int other = 0; other < logits.length; other++) {
      if (logits[other] == logits[id] && !wanted.get(other).isNull()) {
        return wanted.get(other).asDouble();
      }
    }
    return Double.NaN;
  }

  private static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }

  private static TokenRule rule(JsonNode settings) {
    return new TokenRule(
        settings.path("repetition_penalty").asDouble(1),
        new TokenRule.Sampling(
            true,
            settings.path("temperature").asDouble(1),
            settings.path("top_k").asInt(0),
            settings.path("top_p").asDouble(1),
            settings.path("min_p").asDouble(0),
            0));
  }
}
