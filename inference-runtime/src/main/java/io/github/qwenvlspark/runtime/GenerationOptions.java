package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.schema.ResponseSchema;
import java.io.Serializable;
import java.util.List;

/**
 * How an answer is generated. Names and meaning are those of {@code generate} in transformers; what
 * is {@link #UNSET} comes from the checkpoint's {@code generation_config.json}, and where that says
 * nothing from the defaults of transformers.
 *
 * @param maxNewTokens most tokens of the answer, the end token included; at least 1
 * @param mode greedy, sampled, or what the checkpoint says
 * @param repetitionPenalty above 0; 1 for none
 * @param temperature above 0; needs {@link Mode#SAMPLE}, like the three that follow
 * @param topK most tokens that stay in the draw; 0 for all
 * @param topP share of probability that stays in the draw, above 0 and up to 1
 * @param minP least probability of a token, relative to the likeliest one; 0 for none
 * @param seed equal seeds give equal draws, whatever else is being answered
 * @param stop strings that end the answer; the one that was met is its last text
 * @param stopLoops whether an answer that goes round in circles is cut after the first round; does
 *     not change a token before
 * @param responseSchema JSON Schema that the answer is held to, and by which alone it ends; empty
 *     for answers of any form
 */
public record GenerationOptions(
    int maxNewTokens,
    Mode mode,
    double repetitionPenalty,
    double temperature,
    int topK,
    double topP,
    double minP,
    long seed,
    List<String> stop,
    boolean stopLoops,
    String responseSchema)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As the checkpoint says. */
  public static final int UNSET = -1;

  /** Whether the likeliest token is taken, or one is drawn. */
  public enum Mode {
    CHECKPOINT,
    GREEDY,
    SAMPLE
  }

  /** For answers of any form. */
  public GenerationOptions(
      int maxNewTokens,
      Mode mode,
      double repetitionPenalty,
      double temperature,
      int topK,
      double topP,
      double minP,
      long seed,
      List<String> stop,
      boolean stopLoops) {
    this(
        maxNewTokens,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        stop,
        stopLoops,
        "");
  }

  public GenerationOptions {
    stop = List.copyOf(stop);
    require(maxNewTokens >= 1, "max_new_tokens must be at least 1, not " + maxNewTokens);
    require(
        unset(repetitionPenalty) || positive(repetitionPenalty),
        "repetition_penalty must be above 0, not " + repetitionPenalty);
    require(
        unset(temperature) || positive(temperature),
        "temperature must be above 0, not " + temperature + "; greedy choice needs none");
    require(topK >= UNSET, "top_k must be at least 0, not " + topK);
    require(
        unset(topP) || (positive(topP) && topP <= 1),
        "top_p must be above 0 and at most 1: " + topP);
    require(unset(minP) || (minP >= 0 && minP <= 1), "min_p must be from 0 to 1, not " + minP);
    require(
        mode == Mode.SAMPLE || (unset(temperature) && topK == UNSET && unset(topP) && unset(minP)),
        "temperature, top_k, top_p and min_p have an effect with do_sample = true only");
    require(stop.stream().noneMatch(String::isEmpty), "a stop string must not be empty");
    require(
        responseSchema.isEmpty() || stop.isEmpty(),
        "stop would cut the document that response_schema promises; leave one of them out");
  }

  /** What the checkpoint's {@code generation_config.json} says. */
  public static GenerationOptions checkpoint(int maxNewTokens) {
    return new GenerationOptions(
        maxNewTokens, Mode.CHECKPOINT, UNSET, UNSET, UNSET, UNSET, UNSET, 0, List.of(), true);
  }

  /** The likeliest token each time, after the checkpoint's repetition penalty. */
  public static GenerationOptions greedy(int maxNewTokens) {
    return new GenerationOptions(
        maxNewTokens, Mode.GREEDY, UNSET, UNSET, UNSET, UNSET, UNSET, 0, List.of(), true);
  }

  /** The same with another bound of the answer's length, in tokens. */
  public GenerationOptions withMaxNewTokens(int most) {
    return new GenerationOptions(
        most,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        stop,
        stopLoops,
        responseSchema);
  }

  /** The same with another repetition penalty. */
  public GenerationOptions withRepetitionPenalty(double penalty) {
    return new GenerationOptions(
        maxNewTokens,
        mode,
        penalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        stop,
        stopLoops,
        responseSchema);
  }

  /** The same with another seed. */
  public GenerationOptions withSeed(long other) {
    return new GenerationOptions(
        maxNewTokens,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        other,
        stop,
        stopLoops,
        responseSchema);
  }

  /** The same, ended by any of these strings. */
  public GenerationOptions withStop(List<String> strings) {
    return new GenerationOptions(
        maxNewTokens,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        strings,
        stopLoops,
        responseSchema);
  }

  /** The same, with or without an end to answers that go round in circles. */
  public GenerationOptions withStopLoops(boolean stops) {
    return new GenerationOptions(
        maxNewTokens,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        stop,
        stops,
        responseSchema);
  }

  /**
   * The same, held to a JSON Schema: the answer is a valid document of it, whatever the model would
   * say, and is not cut where it goes round in circles. See docs/response-schema.md for the
   * keywords that can be held.
   *
   * @throws QwenVlException INVALID_REQUEST with all problems of the schema
   */
  public GenerationOptions withResponseSchema(String schema) {
    ResponseSchema.check(schema);
    return new GenerationOptions(
        maxNewTokens,
        mode,
        repetitionPenalty,
        temperature,
        topK,
        topP,
        minP,
        seed,
        stop,
        stopLoops,
        schema);
  }

  private static boolean unset(double value) {
    return value == UNSET;
  }

  private static boolean positive(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
