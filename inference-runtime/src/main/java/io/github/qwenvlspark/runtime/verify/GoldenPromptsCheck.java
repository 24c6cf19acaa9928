package io.github.qwenvlspark.runtime.verify;

/** Conversations become the other stack's ids, pictures expanded. */
record GoldenPromptsCheck(GoldenFile golden) implements Check {
  @Override
  public String name() {
    return "golden prompts";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    for (GoldenCase testCase : golden.cases()) {
      tally.equal(
          testCase.name(),
          testCase.prepare(subject).inputIds(),
          Shipped.ints(testCase.golden("input_ids")));
    }
    return tally.measure("input_ids of the other stack");
  }
}
