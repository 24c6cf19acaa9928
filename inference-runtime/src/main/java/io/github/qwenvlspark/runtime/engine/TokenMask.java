package io.github.qwenvlspark.runtime.engine;

/** Which tokens may come next in one answer, as far as it goes. Confined to one thread. */
public interface TokenMask {
  /** Any token at any time. */
  TokenMask NONE =
      new TokenMask() {
        @Override
        public boolean allows(int id) {
          return true;
        }

        @Override
        public void thin(Candidates candidates) {}

        @Override
        public void add(int id) {}

        @Override
        public boolean complete() {
          return false;
        }
      };

  /** Whether this token may come next. */
  boolean allows(int id);

  /** Takes away what may not come next; at least one token stays. */
  void thin(Candidates candidates);

  /** Takes note of a token of the answer. */
  void add(int id);

  /** Whether nothing may follow: the answer then ends without an end token. */
  boolean complete();
}
