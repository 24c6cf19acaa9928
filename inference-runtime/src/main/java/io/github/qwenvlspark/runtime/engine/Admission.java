package io.github.qwenvlspark.runtime.engine;

import io.github.qwenvlspark.runtime.engine.CachedPrompts.Prefix;
import io.github.qwenvlspark.runtime.engine.Model.Logits;
import io.github.qwenvlspark.runtime.ort.DecoderInput;
import io.github.qwenvlspark.runtime.ort.DecoderOutput;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import java.util.List;
import java.util.Optional;

/**
 * A request on its way into a row of the cache: its pictures are encoded one by one, then its
 * prompt is read chunk by chunk, both from where the cache's own knowledge of it ends. Confined to
 * the engine's worker thread.
 */
final class Admission {
  private final Model model;
  private final VisualCache visuals;
  private final Meter meter;
  private final Ticket ticket;
  private final int row;
  private final Prefix known;
  private final double queueMs;
  private float[] embeds = new float[0];
  private int encoded;
  private int filled;
  private double visionMs;
  private double prefillMs;
  private Optional<PromptChunks> chunks = Optional.empty();
  private Optional<DecoderOutput> output = Optional.empty();

  /**
   * Begins.
   *
   * @param known the beginning of the prompt that {@code row} holds already
   */
  Admission(Model model, VisualCache visuals, Meter meter, Ticket ticket, int row, Prefix known) {
    this.model = model;
    this.visuals = visuals;
    this.meter = meter;
    this.ticket = ticket;
    this.row = row;
    this.known = known;
    this.encoded = known.visuals();
    this.queueMs = Millis.since(ticket.submittedNanos());
  }

  /** Encodes a picture or reads a chunk; gives the tokens that it was. */
  int advance() {
    long start = System.nanoTime();
    List<VisionInput> pictures = ticket.request().visuals();
    if (encoded < pictures.size()) {
      if (embeds.length == 0) {
        embeds = new float[Math.multiplyExact(unknownVisualTokens(), model.hiddenSize())];
      }
      int tokens = encode(pictures.get(encoded++));
      visionMs += Millis.since(start);
      return tokens;
    }
    int tokens = read();
    double ms = Millis.since(start);
    prefillMs += ms;
    meter.read(ms, tokens);
    return tokens;
  }

  private int unknownVisualTokens() {
    return ticket.request().visuals().stream()
        .skip(known.visuals())
        .mapToInt(VisionInput::embeddings)
        .sum();
  }

  private int encode(VisionInput visual) {
    int tokens = visual.embeddings();
    Optional<float[]> known = visuals.find(visual.digest());
    float[] features = known.isPresent() ? known.get() : run(visual, tokens);
    if (known.isPresent()) {
      meter.reused(tokens);
    }
    System.arraycopy(features, 0, embeds, filled, features.length);
    filled += features.length;
    return known.isPresent() ? 0 : tokens;
  }

  private float[] run(VisionInput visual, int tokens) {
    long start = System.nanoTime();
    float[] features = model.encode(visual);
    meter.encoded(Millis.since(start), tokens);
    visuals.add(visual.digest(), features);
    return features;
  }

  private int read() {
    if (chunks.isEmpty()) {
      chunks = Optional.of(model.chunks(ticket.request(), embeds, row, known));
    }
    boolean last = chunks.get().atLast();
    boolean logits = last && ticket.request().rule().needsLogits();
    DecoderInput chunk = chunks.get().next();
    DecoderOutput read = model.run(chunk, logits ? Logits.WANTED : Logits.NOT_WANTED);
    if (last) {
      output = Optional.of(read);
    }
    return chunk.seq();
  }

  Ticket ticket() {
    return ticket;
  }

  /** What the request waited for this. */
  double queueMs() {
    return queueMs;
  }

  /** The cache row that holds the prompt. */
  int row() {
    return row;
  }

  /** What the model says after the prompt, once it has read it. */
  Optional<DecoderOutput> output() {
    return output;
  }

  LiveRow live() {
    return new LiveRow(ticket, queueMs, visionMs, prefillMs);
  }
}
