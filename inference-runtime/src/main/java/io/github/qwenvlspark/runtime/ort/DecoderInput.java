package io.github.qwenvlspark.runtime.ort;

/**
 * One run of the decoder over consecutive cache rows; arrays are read only while the run lasts.
 *
 * @param rows the cache rows that take part
 * @param seq new tokens of each row; more than one only for a single row
 * @param inputIds {@code [rows * seq]}
 * @param positions {@code [rows * seq, 3]}, t, h, w
 * @param lengths {@code [rows]}, tokens of each row after this run
 * @param imageEmbeds {@code [m, hidden]}
 * @param imagePositions {@code [m]}, flat positions {@code row * seq + s} that take them
 * @param wanted flat positions whose next token is wanted; at least one
 */
public record DecoderInput(
    KvCache.Range rows,
    int seq,
    long[] inputIds,
    float[] positions,
    int[] lengths,
    float[] imageEmbeds,
    long[] imagePositions,
    long[] wanted) {

  /** One decode step: one token for each row, no pictures. */
  public static DecoderInput step(
      int rows, long[] inputIds, float[] positions, int[] lengths, long[] wanted) {
    return new DecoderInput(
        new KvCache.Range(0, rows),
        1,
        inputIds,
        positions,
        lengths,
        new float[0],
        new long[0],
        wanted);
  }
}
