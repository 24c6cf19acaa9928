package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;

/** A prompt that is read in small pieces gives the same logits. */
record ChunkCheck() implements Check {
  private static final int[] CHUNKS = {64, 17, 7, 4};

  @Override
  public String name() {
    return "any prefill chunk";
  }

  @Override
  public Measure take(Subject subject) {
    Tally tally = Tally.exact(name());
    for (Rehearsal rehearsal : subject.rehearsals()) {
      for (int chunk : CHUNKS) {
        DecoderOutput output =
            subject
                .model()
                .prefill(rehearsal.request(), rehearsal.embeds(), 0, chunk, Model.Logits.WANTED);
        String what = "%s in pieces of %d".formatted(rehearsal.name(), chunk);
        tally.close(what, output.logits(), rehearsal.alone().logits().get(0));
      }
    }
    return tally.measure("logits of prompts read whole and in pieces, bit for bit");
  }
}
