package io.github.qwenvlspark.runtime.schema;

import io.github.qwenvlspark.runtime.engine.Candidates;
import io.github.qwenvlspark.runtime.engine.TokenMask;

/** One answer on its way through a schema. Confined to one thread. */
final class SchemaMask implements TokenMask {
  private final ResponseSchema schema;
  private Automaton.State state;
  private int left;

  SchemaMask(ResponseSchema schema, int maxNewTokens) {
    this.schema = schema;
    this.state = schema.start();
    this.left = maxNewTokens;
  }

  @Override
  public boolean allows(int id) {
    return schema.allowed(state, left - 1).get(id);
  }

  @Override
  public void thin(Candidates candidates) {
    candidates.only(schema.allowed(state, left - 1));
  }

  @Override
  public void add(int id) {
    state = schema.after(state, id);
    left--;
  }

  @Override
  public boolean complete() {
    return state.isFinal();
  }
}
