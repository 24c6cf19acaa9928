package io.github.qwenvlspark.runtime.media;

/** Decides which frames of a clip are kept, once the clip's length is known. */
@FunctionalInterface
public interface FrameChoice {
  /**
   * Returns the numbers of the frames to keep.
   *
   * @param totalFrames frames of the clip, at least 1
   * @param fps average frame rate of the stream
   * @return frame numbers from 0, ascending; repeats are allowed
   */
  int[] choose(int totalFrames, double fps);
}
