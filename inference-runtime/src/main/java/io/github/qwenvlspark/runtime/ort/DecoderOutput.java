package io.github.qwenvlspark.runtime.ort;

/**
 * What a decoder run says of the wanted positions.
 *
 * @param next {@code [wanted]}, the likeliest next tokens, the lowest id among equals
 * @param logprob {@code [wanted]}, natural logarithm of their probabilities
 * @param logSumExp {@code [wanted]}, of the logits: a token's logit less this is its
 *     log-probability
 * @param logits {@code [wanted, vocab]}, or empty where they were not asked for
 */
public record DecoderOutput(long[] next, float[] logprob, float[] logSumExp, float[] logits) {}
