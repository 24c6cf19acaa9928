package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.engine.CachedPrompts.Prefix;
import io.github.qwenvlspark.runtime.engine.Model.Logits;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows that are generating, and what happens to them: {@link #readPrompts} brings in the next
 * one piece by piece, {@link #step} gives every row one token. Row i of the list is row i of the
 * cache; when a row ends, the last one moves into its place, so that a step never computes an idle
 * row. Confined to the engine's worker thread.
 */
final class GenerationLoop {
  private final Model model;
  private final VisualCache visuals;
  private final Meter meter;
  private final Limits limits;
  private final CachedPrompts prompts;
  private final List<LiveRow> rows = new ArrayList<>();

  /** The request that is being read; its row lies behind the live ones. */
  private Optional<Admission> admission = Optional.empty();

  /**
   * What the loop may take on.
   *
   * @param turnTokens prompt tokens that are read between two decode steps, about
   * @param cacheTokens tokens of all rows together, answers at their longest
   */
  record Limits(int turnTokens, int cacheTokens) {}

  GenerationLoop(Model model, VisualCache visuals, Meter meter, Limits limits) {
    this.model = model;
    this.visuals = visuals;
    this.meter = meter;
    this.limits = limits;
    this.prompts = new CachedPrompts(model.cache().rows());
  }

  /**
   * What generates.
   *
   * @param tokens whose keys and values these rows hold
   */
  record Live(int rows, long tokens) {
    static final Live NONE = new Live(0, 0);
  }

  Live live() {
    return new Live(rows.size(), rows.stream().mapToLong(LiveRow::cachedTokens).sum());
  }

  boolean isIdle() {
    return rows.isEmpty() && admission.isEmpty();
  }

  /**
   * Reads prompts while there is room for them, at most about {@code turnTokens} tokens: the live
   * rows wait meanwhile. A failure here is one request's alone.
   */
  void readPrompts(WaitingList waiting) {
    for (int left = limits.turnTokens(); left > 0; ) {
      if (admission.isEmpty() && !begin(waiting)) {
        return;
      }
      left -= advance(admission.get());
    }
  }

  /** Takes on the next request, if there is one that has room. */
  private boolean begin(WaitingList waiting) {
    Optional<Ticket> next =
        rows.size() < model.cache().rows() ? waiting.poll(freeTokens()) : Optional.empty();
    next.ifPresent(this::begin);
    return next.isPresent();
  }

  private void begin(Ticket ticket) {
    int row = rows.size();
    Prefix known = prompts.longestFor(ticket.request());
    if (known.tokens() > 0 && known.row() != row) {
      model.cache().copyRow(known.row(), row, known.tokens());
    }
    prompts.clear(row);
    Admission begun = new Admission(model, visuals, meter, ticket, row, known);
    meter.waited(begun.queueMs());
    meter.known(known.tokens());
    admission = Optional.of(begun);
  }

  private int freeTokens() {
    int taken = rows.stream().mapToInt(row -> row.ticket().request().mostTokens()).sum();
    return limits.cacheTokens() - taken;
  }

  private int advance(Admission current) {
    Ticket ticket = current.ticket();
    if (ticket.settled()) {
      admission = Optional.empty();
      return 0;
    }
    try {
      int tokens = current.advance();
      current.output().ifPresent(output -> join(current, output));
      return tokens;
    } catch (RuntimeException e) {
      admission = Optional.empty();
      ticket.fail(typed(e));
    } catch (OutOfMemoryError e) {
      admission = Optional.empty();
      ticket.fail(outOfMemory(ticket.request(), e));
    }
    return 0;
  }

  /** The request has its prompt in the cache: its row moves up to the live ones. */
  private void join(Admission read, DecoderOutput output) {
    admission = Optional.empty();
    int row = rows.size();
    prompts.put(read.row(), read.ticket().request());
    if (read.row() != row) { // others ended meanwhile
      model.cache().copyRow(read.row(), row, read.ticket().request().promptTokens());
      prompts.copy(read.row(), row);
    }
    rows.add(read.live());
    take(row, output, 0);
  }

  /** Gives every live row its next token. */
  void step() {
    dropSettled();
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
    long start = System.nanoTime();
    DecoderOutput output =
        model.step(ids, positions, lengths, logitsWanted ? Logits.WANTED : Logits.NOT_WANTED);
    meter.stepped(Millis.since(start), count);
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
    if (row.needsLogits() && !row.choice().accepts(id)) {
      int vocab = model.vocabSize();
      id = row.choice().choose(output.logits(), place * vocab, vocab);
      logprob = output.logits()[place * vocab + id] - (double) output.logSumExp()[place];
    }
    try {
      Optional<FinishReason> finished = row.take(id, logprob);
      meter.generated(1);
      if (finished.isPresent()) {
        remove(index);
        row.finish(finished.get());
      }
    } catch (RuntimeException e) { // the caller's listener
      remove(index);
      row.ticket().fail(typed(e));
    }
  }

  private void dropSettled() {
    for (int i = rows.size() - 1; i >= 0; i--) {
      if (rows.get(i).ticket().settled()) {
        remove(i);
      }
    }
  }

  private void remove(int index) {
    int last = rows.size() - 1;
    if (index != last) {
      LiveRow moved = rows.get(last);
      model.cache().copyRow(last, index, moved.cachedTokens());
      prompts.copy(last, index);
      rows.set(index, moved);
    }
    rows.remove(last);
  }

  /** Ends every live row with {@code failure}. */
  void failRows(QwenVlException failure) {
    rows.forEach(row -> row.ticket().fail(failure));
    rows.clear();
  }

  /** Ends everything with {@code failure}. */
  void failAll(QwenVlException failure) {
    failRows(failure);
    admission.ifPresent(current -> current.ticket().fail(failure));
    admission = Optional.empty();
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
