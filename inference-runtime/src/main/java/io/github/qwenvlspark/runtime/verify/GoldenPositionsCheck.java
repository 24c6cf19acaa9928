package io.github.qwenvlspark.runtime.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;

/** Tokens of prompts stand at the other stack's positions, and answers go on from there. */
record GoldenPositionsCheck(GoldenFile golden) implements Check {
  @Override
  public String name() {
    return "golden positions";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    for (GoldenCase testCase : golden.cases()) {
      PreparedRequest prepared = testCase.prepare(subject);
      tally.equal(testCase.name(), actual(prepared), wanted(testCase));
    }
    return tally.measure("M-RoPE positions of the other stack");
  }

  private static int[] actual(PreparedRequest prepared) {
    int[] numbers = new int[prepared.positions().length + 1];
    for (int i = 0; i < numbers.length - 1; i++) {
      numbers[i] = (int) prepared.positions()[i];
    }
    numbers[numbers.length - 1] = prepared.nextPosition();
    return numbers;
  }

  private static int[] wanted(GoldenCase testCase) {
    JsonNode axes = testCase.golden("positions");
    int length = axes.path(0).size();
    int[] numbers = new int[3 * length + 1];
    for (int i = 0; i < 3 * length; i++) {
      numbers[i] = axes.path(i % 3).path(i / 3).asInt();
    }
    numbers[3 * length] = testCase.golden("next_position").asInt();
    return numbers;
  }
}
