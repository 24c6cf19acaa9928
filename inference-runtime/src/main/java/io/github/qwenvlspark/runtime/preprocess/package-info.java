/**
 * Pixels become {@code pixel_values} and {@code image_grid_thw}: frame sampling, {@code
 * smart_resize}, bicubic resize, patches. In: decoded pictures. Out: {@link
 * io.github.qwenvlspark.runtime.preprocess.PreparedVisual}. Pure: equal pixels give equal bits.
 */
package io.github.qwenvlspark.runtime.preprocess;
