/** How far an answer is from the truth. Pure Java. */
package io.github.qwenvlspark.udfs.measure;
