package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;

/** What the cache remembers equals what reading prompt and answer afresh gives. */
record CacheCheck() implements Check {
  @Override
  public String name() {
    return "cached = recomputed";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.within(name(), Tolerance.LOGITS);
    for (Rehearsal rehearsal : subject.rehearsals()) {
      for (int tokens : new int[] {Rehearsal.TOKENS / 2, Rehearsal.TOKENS - 1}) {
        PreparedRequest whole =
            rehearsal.request().followedBy(rehearsal.alone().ids().subList(0, tokens));
        DecoderOutput output =
            subject.model().prefill(whole, rehearsal.embeds(), 0, Model.Logits.WANTED);
        String what = "%s after %d tokens".formatted(rehearsal.name(), tokens);
        tally.close(what, output.logits(), rehearsal.alone().logits().get(tokens));
        tally.equal(what, output.next()[0] == rehearsal.alone().ids().get(tokens));
      }
    }
    return tally.measure("logits of prompt and answer read again");
  }
}
