package io.github.qwenvlspark.runtime.prompt;

/** Whether pictures are announced by number in the prompt ({@code add_vision_id}). */
public enum VisionIds {
  HIDDEN,
  /** {@code Picture 1: }, {@code Video 1: } before each. */
  SHOWN
}
