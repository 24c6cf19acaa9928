/**
 * Huge pictures in tiles. In: the size of a picture, then one answer for each tile. Out: where the
 * tiles lie, then one answer for the picture, in its own pixels. Pure Java.
 */
package io.github.qwenvlspark.pipeline.tile;
