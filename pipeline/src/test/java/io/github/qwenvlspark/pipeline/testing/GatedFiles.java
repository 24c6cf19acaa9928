package io.github.qwenvlspark.pipeline.testing;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local files as {@code gated:/path}; a test decides when an open returns. Thread-safe. */
public final class GatedFiles extends RawLocalFileSystem {
  private static volatile Gate gate = path -> {};
  private static final List<String> OPENED = new CopyOnWriteArrayList<>();
  private static final AtomicInteger OPEN = new AtomicInteger();

  /** Stands before each open. */
  @FunctionalInterface
  public interface Gate {
    void pass(Path path) throws IOException;
  }

  /** Settings that make {@code gated:} known, with a new gate and nothing opened. */
  public static Configuration behind(Gate newGate) {
    gate = newGate;
    OPENED.clear();
    OPEN.set(0);
    return settings();
  }

  /** The same settings, with the gate as it stands. */
  public static Configuration settings() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.gated.impl", GatedFiles.class, RawLocalFileSystem.class);
    return hadoop;
  }

  /** Names of the files that were opened, in order. */
  public static List<String> opened() {
    return List.copyOf(OPENED);
  }

  /** Files that are open now. */
  public static int open() {
    return OPEN.get();
  }

  @Override
  public URI getUri() {
    return URI.create("gated:///");
  }

  @Override
  public String getScheme() {
    return "gated";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    OPENED.add(path.getName());
    gate.pass(path);
    FSDataInputStream file = super.open(path, bufferSize);
    OPEN.incrementAndGet();
    return new FSDataInputStream(file.getWrappedStream()) {
      @Override
      public void close() throws IOException {
        OPEN.decrementAndGet();
        super.close();
      }
    };
  }
}
