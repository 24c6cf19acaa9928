package io.github.qwenvlspark.runtime.ort;

/**
 * One picture or clip for the vision tower; arrays are read only while {@link VisionSession#encode}
 * runs.
 *
 * @param pixels {@code [patches, patchValues]}, rows in window order
 * @param rowColumn {@code [patches, 2]}, row and column of each patch, in window order
 * @param windowGather {@code [windows, windowPatches]}, rows of each window
 * @param windowBack {@code [patches]}
 * @param windowLengths {@code [windows]}
 * @param reverse {@code [patches / 4]}
 * @param frames frame pairs, each its own unit of full attention
 */
public record VisionInput(
    float[] pixels,
    float[] rowColumn,
    long[] windowGather,
    long[] windowBack,
    int[] windowLengths,
    long[] reverse,
    int frames) {
  public int patches() {
    return windowBack.length;
  }
}
