package io.github.qwenvlspark.runtime.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads memory from end to end and does nothing else: two equal buffers are compared, each thread
 * its part. The virtual machine compares with its widest loads; of the ways that plain Java has,
 * none reads faster, and a matrix-vector product in ONNX Runtime would be compared with itself.
 * Confined to one thread.
 */
final class MemoryRead implements AutoCloseable {
  private final ByteBuffer left;
  private final ByteBuffer right;
  private final int threads;
  private final ExecutorService readers;

  /** Buffers of {@code megabytes} together. */
  MemoryRead(int threads, int megabytes) {
    this.threads = threads;
    this.left = filled(megabytes << 19);
    this.right = filled(megabytes << 19);
    this.readers = Executors.newFixedThreadPool(threads);
  }

  /** Written, so that every page is memory of its own. */
  private static ByteBuffer filled(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    for (int i = 0; i + Long.BYTES <= bytes; i += Long.BYTES) {
      buffer.putLong(i, i);
    }
    return buffer;
  }

  /** Bytes of one pass. */
  double bytes() {
    return 2.0 * left.capacity();
  }

  /** Reads everything once. */
  void pass() {
    List<Callable<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int from = part(i);
      int length = part(i + 1) - from;
      parts.add(() -> left.slice(from, length).mismatch(right.slice(from, length)));
    }
    try {
      for (Future<Integer> part : readers.invokeAll(parts)) {
        if (part.get() >= 0) {
          throw new IllegalStateException("Equal memory was read as unequal");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading memory", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Memory cannot be read", e);
    }
  }

  private int part(int index) {
    return (int) ((long) left.capacity() * index / threads);
  }

  @Override
  public void close() {
    readers.shutdown();
  }
}
