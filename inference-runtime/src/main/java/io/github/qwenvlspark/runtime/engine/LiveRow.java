package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.engine.Ending.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A request whose answer is being generated. Confined to the engine's worker thread. */
final class LiveRow {
  private final Ticket ticket;
  private final TokenChoice choice;
  private final StopCheck stop;
  private final LoopDetector loops = new LoopDetector();
  private final List<Integer> answer = new ArrayList<>();
  private final List<Double> logprobs = new ArrayList<>();
  private final double queueMs;
  private final double visionMs;
  private final double prefillMs;
  private final long decodeStart = System.nanoTime();

  LiveRow(Ticket ticket, double queueMs, double visionMs, double prefillMs) {
    this.ticket = ticket;
    this.choice = new TokenChoice(ticket.request().rule(), ticket.request().inputIds());
    this.stop = ending().stop().get();
    this.queueMs = queueMs;
    this.visionMs = visionMs;
    this.prefillMs = prefillMs;
  }

  Ticket ticket() {
    return ticket;
  }

  TokenChoice choice() {
    return choice;
  }

  boolean needsLogits() {
    return ticket.request().rule().needsLogits();
  }

  private Ending ending() {
    return ticket.request().ending();
  }

  /** Takes the next token; present once it was the last one. */
  Optional<FinishReason> take(int id, double logprob) {
    answer.add(id);
    logprobs.add(logprob);
    choice.add(id);
    ticket.listener().onId(id);
    if (ending().endTokens().contains(id) || stop.endsWith(id) || choice.complete()) {
      return Optional.of(FinishReason.STOP);
    }
    OptionalInt firstRound = loops.add(id);
    if (firstRound.isPresent() && ending().loops() == Loops.STOPPED) {
      answer.subList(firstRound.getAsInt(), answer.size()).clear();
      logprobs.subList(firstRound.getAsInt(), logprobs.size()).clear();
      return Optional.of(FinishReason.REPETITION);
    }
    return answer.size() == ending().maxNewTokens()
        ? Optional.of(FinishReason.LENGTH)
        : Optional.empty();
  }

  int lastToken() {
    return answer.get(answer.size() - 1);
  }

  /** Where {@link #lastToken} stands on all three axes when it is fed back. */
  int lastPosition() {
    return ticket.request().nextPosition() + answer.size() - 1;
  }

  /** Tokens in the cache once {@link #lastToken} has been fed back. */
  int lengthAfterStep() {
    return ticket.request().promptTokens() + answer.size();
  }

  /** Tokens in the cache now. */
  int cachedTokens() {
    return lengthAfterStep() - 1;
  }

  void finish(FinishReason reason) {
    double decodeMs = Millis.since(decodeStart);
    double preprocessMs = ticket.request().preprocessMs();
    ticket
        .future()
        .complete(
            new Generated(
                answer,
                reason,
                new Completion.Timing(preprocessMs, queueMs, visionMs, prefillMs, decodeMs),
                quality()));
  }

  private Completion.Quality quality() {
    double sum = 0;
    double least = 0;
    for (double logprob : logprobs) {
      sum += logprob;
      least = Math.min(least, logprob);
    }
    return new Completion.Quality(sum / logprobs.size(), least);
  }
}
