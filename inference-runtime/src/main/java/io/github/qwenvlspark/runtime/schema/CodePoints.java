package io.github.qwenvlspark.runtime.schema;

import java.util.BitSet;

/** A set of Unicode characters; surrogates are none. Immutable. */
final class CodePoints {
  private static final int FIRST_SURROGATE = 0xd800;
  private static final int BEHIND_SURROGATES = 0xe000;
  private static final int COUNT = 0x110000;

  static final CodePoints NONE = new CodePoints(new BitSet());
  static final CodePoints ALL = NONE.complement();

  private final BitSet members;

  private CodePoints(BitSet members) {
    this.members = members;
    members.clear(FIRST_SURROGATE, BEHIND_SURROGATES);
  }

  static CodePoints of(String characters) {
    BitSet members = new BitSet();
    characters.codePoints().forEach(members::set);
    return new CodePoints(members);
  }

  /** All from {@code first} to {@code last}. */
  static CodePoints range(int first, int last) {
    BitSet members = new BitSet();
    members.set(first, last + 1);
    return new CodePoints(members);
  }

  CodePoints or(CodePoints other) {
    BitSet union = (BitSet) members.clone();
    union.or(other.members);
    return new CodePoints(union);
  }

  CodePoints complement() {
    BitSet others = (BitSet) members.clone();
    others.flip(0, COUNT);
    return new CodePoints(others);
  }

  CodePoints without(CodePoints other) {
    BitSet rest = (BitSet) members.clone();
    rest.andNot(other.members);
    return new CodePoints(rest);
  }

  boolean contains(int codePoint) {
    return members.get(codePoint);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** Hears of a stretch of neighbours. */
  @FunctionalInterface
  interface Stretch {
    void between(int first, int last);
  }

  /** All stretches in ascending order. */
  void forEachStretch(Stretch stretch) {
    for (int first = members.nextSetBit(0); first >= 0; ) {
      int behind = members.nextClearBit(first);
      stretch.between(first, behind - 1);
      first = members.nextSetBit(behind);
    }
  }
}
