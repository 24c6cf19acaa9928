/** Files that mean harm, made by code, and what becomes of them. */
package io.github.qwenvlspark.pipeline.hostile;
