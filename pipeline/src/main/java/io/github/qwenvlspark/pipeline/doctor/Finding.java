package io.github.qwenvlspark.pipeline.doctor;

/**
 * One thing that was looked at.
 *
 * @param name stable: scripts may look for it
 * @param detail what was found; of a bad one, what to do
 */
public record Finding(String name, Verdict verdict, String detail) {
  /** How it is. */
  public enum Verdict {
    GOOD("good"),
    /** Nothing wrong, but worth knowing. */
    NOTE("note"),
    BAD("BAD");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    /** The word in output. */
    public String label() {
      return label;
    }
  }

  static Finding good(String name, String detail) {
    return new Finding(name, Verdict.GOOD, detail);
  }

  static Finding note(String name, String detail) {
    return new Finding(name, Verdict.NOTE, detail);
  }

  static Finding bad(String name, String detail) {
    return new Finding(name, Verdict.BAD, detail);
  }

  /** Whether a run would fail of it. */
  public boolean isBad() {
    return verdict == Verdict.BAD;
  }
}
