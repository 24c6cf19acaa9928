/**
 * Where tokens and patches stand: M-RoPE positions of a prompt, windows of the vision tower. In:
 * grids and ids. Out: index arrays. Integer arithmetic and nothing else.
 */
package io.github.qwenvlspark.runtime.position;
