package io.github.qwenvlspark.runtime.ort;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One picture or clip for the vision tower; arrays are read only while {@link VisionSession#encode}
 * runs.
 *
 * @param pixels {@code [patches, patchValues]}, rows in window order where there are windows
 * @param rowColumn {@code [patches, 2]}, row and column of each patch, in the order of the pixels
 * @param frames frame pairs, each its own unit of full attention
 * @param windows empty for a tower without windows
 * @param digest SHA-256 of pixels, places and frames: equal inputs have equal embeddings
 */
public record VisionInput(
    float[] pixels, float[] rowColumn, int frames, Optional<Windows> windows, String digest) {
  private static final int FLOATS_AT_ONCE = 1 << 14;

  public VisionInput(float[] pixels, float[] rowColumn, int frames, Optional<Windows> windows) {
    this(pixels, rowColumn, frames, windows, digest(pixels, rowColumn, frames));
  }

  private static String digest(float[] pixels, float[] rowColumn, int frames) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(frames).flip());
      ByteBuffer bytes = ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES);
      for (float[] values : List.of(rowColumn, pixels)) {
        for (int from = 0; from < values.length; from += FLOATS_AT_ONCE) {
          int count = Math.min(FLOATS_AT_ONCE, values.length - from);
          bytes.clear().asFloatBuffer().put(values, from, count);
          digest.update(bytes.limit(count * Float.BYTES));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  public int patches() {
    return rowColumn.length / 2;
  }

  /** Rows that the tower makes of the patches: one for each block of 2x2. */
  public int embeddings() {
    return patches() / 4;
  }

  /**
   * Which rows see each other, and the way back to picture order.
   *
   * @param gather {@code [windows, windowPatches]}, rows of each window
   * @param back {@code [patches]}
   * @param lengths {@code [windows]}
   * @param reverse {@code [patches / 4]}
   */
  public record Windows(long[] gather, long[] back, int[] lengths, long[] reverse) {}
}
