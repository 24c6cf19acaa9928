package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.engine.Model.Logits;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows that are generating, and what happens to them: {@link #admit} reads a prompt into the
 * next free row, {@link #step} gives every row one token. Row i of the list is row i of the cache;
 * when a row ends, the last one moves into its place, so that a step never computes an idle row.
 * Confined to the engine's worker thread.
 */
final class GenerationLoop {
  private final Model model;
  private final List<LiveRow> rows = new ArrayList<>();

  GenerationLoop(Model model) {
    this.model = model;
  }

  boolean hasRoom() {
    return rows.size() < model.cache().rows();
  }

  boolean isIdle() {
    return rows.isEmpty();
  }

  /** Encodes the pictures and reads the prompt. A failure here is this request's alone. */
  void admit(Ticket ticket) {
    if (ticket.withdrawn()) {
      return;
    }
    try {
      double queueMs = Millis.since(ticket.submittedNanos());
      PreparedRequest request = ticket.request();
      long start = System.nanoTime();
      float[] embeds = model.encode(request);
      double visionMs = Millis.since(start);
      start = System.nanoTime();
      DecoderOutput output = model.prefill(request, embeds, rows.size());
      rows.add(new LiveRow(ticket, queueMs, visionMs, Millis.since(start)));
      take(rows.size() - 1, output, 0);
    } catch (RuntimeException e) {
      ticket.future().completeExceptionally(typed(e));
    } catch (OutOfMemoryError e) {
      ticket.future().completeExceptionally(outOfMemory(ticket.request(), e));
    }
  }

  /** Gives every live row its next token. */
  void step() {
    dropWithdrawn();
    if (rows.isEmpty()) {
      return;
    }
    int count = rows.size();
    long[] ids = new long[count];
    int[] positions = new int[count];
    int[] lengths = new int[count];
    boolean logitsWanted = false;
    for (int i = 0; i < count; i++) {
      LiveRow row = rows.get(i);
      ids[i] = row.lastToken();
      positions[i] = row.lastPosition();
      lengths[i] = row.lengthAfterStep();
      logitsWanted |= row.needsLogits();
    }
    DecoderOutput output =
        model.step(ids, positions, lengths, logitsWanted ? Logits.WANTED : Logits.NOT_WANTED);
    // From the back: a row that ends is replaced by the last one, which has its token already.
    for (int i = count - 1; i >= 0; i--) {
      take(i, output, i);
    }
  }

  /** Row {@code index} takes the token that {@code output} has at {@code place}. */
  private void take(int index, DecoderOutput output, int place) {
    LiveRow row = rows.get(index);
    int id = (int) output.next()[place];
    double logprob = output.logprob()[place];
    if (row.needsLogits()) {
      int vocab = model.vocabSize();
      id = row.choice().choose(output.logits(), place * vocab, vocab);
      logprob = TokenChoice.logprob(output.logits(), place * vocab, vocab, id);
    }
    try {
      Optional<FinishReason> finished = row.take(id, logprob);
      if (finished.isPresent()) {
        row.finish(finished.get());
        remove(index);
      }
    } catch (RuntimeException e) { // the caller's listener
      row.ticket().future().completeExceptionally(typed(e));
      remove(index);
    }
  }

  private void dropWithdrawn() {
    for (int i = rows.size() - 1; i >= 0; i--) {
      if (rows.get(i).ticket().withdrawn()) {
        remove(i);
      }
    }
  }

  private void remove(int index) {
    int last = rows.size() - 1;
    if (index != last) {
      LiveRow moved = rows.get(last);
      model.cache().copyRow(last, index, moved.cachedTokens());
      rows.set(index, moved);
    }
    rows.remove(last);
  }

  /** Ends every live row with {@code failure}. */
  void failAll(QwenVlException failure) {
    rows.forEach(row -> row.ticket().future().completeExceptionally(failure));
    rows.clear();
  }

  static QwenVlException typed(RuntimeException e) {
    return e instanceof QwenVlException typed
        ? typed
        : new QwenVlException(
            ErrorType.INTERNAL, "The engine failed with " + e.getClass().getName(), e);
  }

  private static QwenVlException outOfMemory(PreparedRequest request, OutOfMemoryError e) {
    return new QwenVlException(
        ErrorType.OUT_OF_MEMORY,
        "No memory for a prompt of %d tokens, %d of them visual; lower max_pixels or maxBatch"
            .formatted(request.promptTokens(), request.visualTokens()),
        e);
  }
}
