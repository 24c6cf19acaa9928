package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.position.VideoRule;
import java.io.Serializable;

/**
 * Where the field knows several ways and the reference takes one. {@link #REFERENCE} is the way of
 * the model's release; every other choice changes answers, and is recorded beside them.
 *
 * @param videoRule how the time of a clip becomes positions
 */
public record Alternatives(VideoRule videoRule) implements Serializable {
  public static final Alternatives REFERENCE = new Alternatives(VideoRule.FLOAT_MAX);
}
