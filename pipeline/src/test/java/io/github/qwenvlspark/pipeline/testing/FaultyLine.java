package io.github.qwenvlspark.pipeline.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A bad line to a server: passes bytes on as they are, but for the answers to GETs, each of which
 * takes the next fault that was planned. Thread-safe.
 */
public final class FaultyLine implements AutoCloseable {
  private static final int CHUNK = 1 << 14;
  private static final int HALF = 30_000;

  /** What happens to an answer. */
  public enum Fault {
    NONE,
    /** The connection ends in order after {@value FaultyLine#HALF} bytes. */
    HALF_A_BODY,
    /** The connection breaks after {@value FaultyLine#HALF} bytes. */
    RESET,
    /** Byte by byte, for ever. */
    DRIP
  }

  private final InetSocketAddress server;
  private final ServerSocket entrance;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Fault> planned = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Runnable> beforeGet = new AtomicReference<>(() -> {});

  /** Opens a line to a server of this machine; the caller closes it. */
  public FaultyLine(URI server) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot open a port", e);
    }
    threads.execute(this::accept);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
  }

  /** The next GETs that find no other plan before them. */
  public void plan(Fault... faults) {
    planned.addAll(java.util.List.of(faults));
  }

  /** Runs once when the next GET comes, before the server sees it. */
  public void beforeNextGet(Runnable action) {
    beforeGet.set(action);
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket client = entrance.accept();
        Socket behind = new Socket();
        behind.connect(server);
        AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
        threads.execute(() -> ask(client, behind, fault));
        threads.execute(() -> answer(client, behind, fault));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void ask(Socket client, Socket behind, AtomicReference<Fault> fault) {
    byte[] chunk = new byte[CHUNK];
    try (behind;
        InputStream in = client.getInputStream();
        OutputStream out = behind.getOutputStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (new String(chunk, 0, read, StandardCharsets.ISO_8859_1).startsWith("GET ")) {
          beforeGet.getAndSet(() -> {}).run();
          Fault next = planned.poll();
          fault.set(next == null ? Fault.NONE : next);
        }
        out.write(chunk, 0, read);
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private static void answer(Socket client, Socket behind, AtomicReference<Fault> fault) {
    byte[] chunk = new byte[CHUNK];
    long sent = 0;
    try (client;
        InputStream in = behind.getInputStream();
        OutputStream out = client.getOutputStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        Fault now = fault.get();
        if (now == Fault.DRIP) {
          drip(chunk, read, out);
          continue;
        }
        sent = now == Fault.NONE ? 0 : sent + read;
        if (sent > HALF) {
          client.setSoLinger(now == Fault.RESET, 0);
          return;
        }
        out.write(chunk, 0, read);
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private static void drip(byte[] chunk, int count, OutputStream out) throws IOException {
    for (int i = 0; i < count; i++) {
      out.write(chunk, i, 1);
      out.flush();
      try {
        // The head of the answer comes at once.
        Thread.sleep(i < 1000 ? 0 : 20);
      } catch (InterruptedException e) {
        throw new SocketException("closed");
      }
    }
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot close the port", e);
    }
    threads.shutdownNow();
  }
}
