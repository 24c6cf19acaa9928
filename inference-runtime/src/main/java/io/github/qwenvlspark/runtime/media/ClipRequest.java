package io.github.qwenvlspark.runtime.media;

/**
 * What is wanted of a clip.
 *
 * @param span stretch that counts
 * @param choice which of its frames are kept
 * @param fit at which size
 */
public record ClipRequest(TimeSpan span, FrameChoice choice, FrameFit fit) {

  /** Frames of the whole clip, as they were decoded. */
  public ClipRequest(FrameChoice choice) {
    this(TimeSpan.WHOLE, choice, FrameFit.AS_DECODED);
  }
}
