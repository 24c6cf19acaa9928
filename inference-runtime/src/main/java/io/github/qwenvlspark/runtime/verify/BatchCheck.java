package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import java.util.Arrays;
import java.util.List;

/** All prompts together, in other rows of the cache, give the same bits as each alone. */
record BatchCheck() implements Check {
  @Override
  public String name() {
    return "alone = batch";
  }

  @Override
  public Measure take(Subject subject) {
    List<Rehearsal> rehearsals = subject.rehearsals();
    Model model = subject.model();
    int rows = rehearsals.size();
    Tally tally = Tally.exact(name());
    long[] ids = new long[rows];
    for (int row = 0; row < rows; row++) {
      Rehearsal rehearsal = inRow(rehearsals, row);
      DecoderOutput output =
          model.prefill(rehearsal.request(), rehearsal.embeds(), row, Model.Logits.WANTED);
      ids[row] = compare(rehearsal, 0, output.logits(), output.next()[0], tally);
    }
    for (int step = 1; step < Rehearsal.TOKENS; step++) {
      int[] positions = new int[rows];
      int[] lengths = new int[rows];
      for (int row = 0; row < rows; row++) {
        positions[row] = inRow(rehearsals, row).request().nextPosition() + step - 1;
        lengths[row] = inRow(rehearsals, row).request().promptTokens() + step;
      }
      DecoderOutput output = model.step(ids.clone(), positions, lengths, Model.Logits.WANTED);
      int vocab = model.vocabSize();
      for (int row = 0; row < rows; row++) {
        float[] logits = Arrays.copyOfRange(output.logits(), row * vocab, (row + 1) * vocab);
        ids[row] = compare(inRow(rehearsals, row), step, logits, output.next()[row], tally);
      }
    }
    return tally.measure("logits of %d prompts at once, bit for bit".formatted(rows));
  }

  /** From the last to the first: each prompt was alone in row 0. */
  private static Rehearsal inRow(List<Rehearsal> rehearsals, int row) {
    return rehearsals.get(rehearsals.size() - 1 - row);
  }

  /** Compares one step of one row; gives the token with which the row goes on. */
  private static long compare(
      Rehearsal rehearsal, int step, float[] logits, long next, Tally tally) {
    String what = "%s, token %d".formatted(rehearsal.name(), step);
    tally.close(what, logits, rehearsal.alone().logits().get(step));
    tally.equal(what, next == rehearsal.alone().ids().get(step));
    return next;
  }
}
