package io.github.qwenvlspark.runtime;

/**
 * What an engine has on its hands at this moment.
 *
 * @param liveRows rows that generate
 * @param rows rows there are
 * @param waiting requests that wait for a row
 * @param cacheTokens tokens whose keys and values the live rows hold
 * @param maxCacheTokens tokens that all rows together may hold
 * @param idleMs milliseconds, since the engine's start, in which it had no request at all
 */
public record EngineLoad(
    int liveRows, int rows, int waiting, long cacheTokens, long maxCacheTokens, double idleMs) {
  /** Of an engine that is not there, or that has neither rows nor a queue. */
  public static final EngineLoad NONE = new EngineLoad(0, 0, 0, 0, 0, 0);
}
