/**
 * Bytes become RGB pixels: pictures, PDF pages, video frames. In: untrusted bytes. Out: {@link
 * io.github.qwenvlspark.runtime.media.RgbImage}s, or a typed failure. Limits are checked before
 * anything is decoded; readers are instantiated directly, so that no plugin on the class path can
 * change a pixel.
 */
package io.github.qwenvlspark.runtime.media;
