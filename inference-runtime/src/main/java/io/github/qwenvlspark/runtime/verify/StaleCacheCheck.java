package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;

/** A cache full of NaN changes no bit of an answer: nothing is read that was not written before. */
record StaleCacheCheck() implements Check {
  @Override
  public String name() {
    return "NaN-filled cache";
  }

  @Override
  public Measure take(Subject subject) {
    Model model = subject.model();
    Tally tally = Tally.exact(name());
    for (Rehearsal rehearsal : subject.rehearsals()) {
      model.cache().fill(Float.NaN);
      DecoderOutput last =
          model.prefill(
              rehearsal.request(), rehearsal.embeds(), Subject.ROWS - 1, Model.Logits.WANTED);
      tally.close(
          rehearsal.name() + ", last row", last.logits(), rehearsal.alone().logits().get(0));

      model.cache().fill(Float.NaN);
      Rehearsal.Answer answer =
          Rehearsal.answer(model, rehearsal.request(), rehearsal.embeds(), Rehearsal.TOKENS);
      for (int i = 0; i < Rehearsal.TOKENS; i++) {
        tally.close(
            "%s, token %d".formatted(rehearsal.name(), i),
            answer.logits().get(i),
            rehearsal.alone().logits().get(i));
      }
    }
    return tally.measure("logits with a cache full of NaN, bit for bit");
  }
}
