package io.github.qwenvlspark.runtime.verify;

import java.util.Locale;

/** What a measure says. */
public enum Verdict {
  /** Everything that was compared is equal, within the tolerance. */
  GREEN,
  /** Something differs, or could not be compared. */
  RED,
  /** There was nothing to compare with: what was found is only written down. */
  RECORDED;

  /** The word in certificates. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
