/** Boxes between the resized picture, which answers speak of, and the original. Pure Java. */
package io.github.qwenvlspark.udfs.geometry;
