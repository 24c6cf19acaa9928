/** What RAPIDS would run of our plans on a GPU. Only under the profile {@code rapids}. */
package io.github.qwenvlspark.pipeline.rapids;
