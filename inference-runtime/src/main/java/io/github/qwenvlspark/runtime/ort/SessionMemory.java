package io.github.qwenvlspark.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.sun.jna.Pointer;
import io.github.qwenvlspark.runtime.graph.FloatType;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory where a session computes, in blocks, and tensors over parts of them. Freed when it is
 * closed, which must be before the session. Confined to the engine's worker thread.
 *
 * <p>On the host the system commits a page when it is first written: what is never used costs
 * nothing. It is no Java memory: {@code -Xmx} and {@code MaxDirectMemorySize} do not count it, a
 * block may pass 2 GiB, and its content is undefined at first.
 */
final class SessionMemory implements AutoCloseable {
  private final OrtApi api;
  private final Pointer info;
  private final Pointer allocator;
  private final List<Pointer> blocks = new ArrayList<>();
  private boolean closed;

  SessionMemory(OrtEnvironment environment, OrtSession session, Placement placement) {
    this.api = new OrtApi(environment);
    this.info = api.createMemoryInfo(placement.memoryName(), placement.ordinal());
    try {
      this.allocator = api.createAllocator(session, info);
    } catch (RuntimeException e) {
      api.releaseMemoryInfo(info);
      throw e;
    }
  }

  /** A block of its own. */
  Pointer allocate(long bytes) {
    Pointer block = api.allocate(allocator, bytes);
    blocks.add(block);
    return block;
  }

  /** {@code bytes} of a block from {@code offset} on. The caller closes the result. */
  OnnxTensor tensor(Pointer block, long offset, long bytes, long[] shape, FloatType type) {
    return api.tensor(info, block.share(offset), bytes, shape, type);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      blocks.forEach(block -> api.free(allocator, block));
      blocks.clear();
      api.releaseAllocator(allocator);
      api.releaseMemoryInfo(info);
    }
  }
}
