package io.github.qwenvlspark.runtime.verify;

import java.util.List;

/** Greedy answers are the other stack's, token by token. */
record GoldenAnswersCheck(GoldenFile golden) implements Check {
  @Override
  public String name() {
    return "golden answers";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    int tokens = 0;
    for (GoldenCase testCase : golden.cases()) {
      List<Integer> actual = testCase.answer(subject).ids();
      int[] wanted = Shipped.ints(testCase.golden("greedy"));
      int equal = 0;
      while (equal < wanted.length && actual.get(equal) == wanted[equal]) {
        equal++;
      }
      tokens += equal;
      tally.equal(
          "%s, token %d of %d".formatted(testCase.name(), equal + 1, wanted.length),
          equal == wanted.length);
    }
    return tally.measure("%,d greedy tokens of the other stack".formatted(tokens));
  }
}
