package io.github.qwenvlspark.runtime.preprocess;

/**
 * A picture or clip ready for the vision tower.
 *
 * @param original size before the resize
 * @param resized size that the model sees; boxes in answers are in its pixels
 * @param frames frames of the clip before pairing; 1 for a picture
 */
public record PreparedVisual(PixelValues pixels, Size original, Size resized, int frames) {}
