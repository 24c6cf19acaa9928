package io.github.qwenvlspark.pipeline.fuzz;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Mutates good inputs for {@code -Dfuzz.seconds} (2 if not said) and reports the first that ends
 * otherwise than in a result or the documented failure, or that takes too long. The n-th input is
 * always the same. Found ones are kept in {@code target/fuzz}.
 *
 * <p>Ours, since fuzzers that follow coverage run one target in a JVM of its own, under an agent.
 */
public final class Fuzzing {
  /** Of processor time: a machine that is busy with other things is no finding. */
  private static final int SLOW_SECONDS = 20;

  private static final int MOST_WAITS = 15;

  private static final ThreadMXBean PROCESSOR = ManagementFactory.getThreadMXBean();
  private static final int MOST_CHANGES = 6;

  /** What breaks parsers of text and of bytes. */
  private static final List<String> PIECES =
      List.of(
          "[",
          "]",
          "{",
          "}",
          "\"",
          "'",
          ":",
          ",",
          "\\",
          "\\u",
          "\\ud800",
          "null",
          "true",
          "-",
          "-1",
          "0",
          "1e999",
          "NaN",
          "9223372036854775807",
          "-9223372036854775808",
          "4294967296",
          "2147483648",
          "99999999999999999999",
          "0.1",
          "[[[[[[[[",
          "{\"a\":",
          "\u0000",
          "\u00ff",
          "\u00ff\u00ff\u00ff\u00ff",
          "\u007f\u00ff\u00ff\u00ff",
          "\u0080\u0000\u0000\u0000",
          "\u0000\u0000\u0000\u0000",
          "\n",
          "\r\n",
          "\t",
          "  ",
          "---",
          "&a",
          "*a",
          "<<",
          "!!",
          "#",
          "</",
          "<p",
          "<table",
          ">",
          "```",
          "$ref",
          "(",
          "(a+)+",
          "*",
          "{1,9999}",
          "|",
          "..",
          "%00");

  private final String name;
  private final List<byte[]> seeds;

  Fuzzing(String name, List<byte[]> seeds) {
    this.name = name;
    this.seeds = seeds;
  }

  public static Fuzzing ofText(String name, String... seeds) {
    return new Fuzzing(
        name, Arrays.stream(seeds).map(seed -> seed.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** Takes an input, which it may keep. */
  public interface Target {
    void take(byte[] input) throws Exception;
  }

  /** The same with text of malformed bytes replaced. */
  public interface TextTarget {
    void take(String input) throws Exception;
  }

  public void runText(Class<? extends Exception> documented, TextTarget target) {
    run(documented, input -> target.take(new String(input, StandardCharsets.UTF_8)));
  }

  public void run(Class<? extends Exception> documented, Target target) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("fuzz.seconds", 2));
    AtomicLong worker = new AtomicLong();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      long inputs = 0;
      for (; System.nanoTime() < end; inputs++) {
        byte[] input = input(inputs);
        Future<?> run =
            thread.submit(
                () -> {
                  worker.set(Thread.currentThread().getId());
                  target.take(input);
                  return null;
                });
        try {
          await(run, worker);
        } catch (ExecutionException e) {
          if (!documented.isInstance(e.getCause())) {
            found(inputs, input, "ends in " + e.getCause().getClass().getName(), e.getCause());
          }
        } catch (TimeoutException e) {
          found(inputs, input, "takes longer than %d s".formatted(SLOW_SECONDS), e);
        }
      }
      System.out.printf("fuzz %s: %,d inputs%n", name, inputs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      thread.shutdownNow();
    }
  }

  private static void await(Future<?> run, AtomicLong worker)
      throws InterruptedException, ExecutionException, TimeoutException {
    long before = worker.get() == 0 ? 0 : PROCESSOR.getThreadCpuTime(worker.get());
    for (int i = 0; i < MOST_WAITS; i++) {
      try {
        run.get(SLOW_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        long spent = PROCESSOR.getThreadCpuTime(worker.get()) - before;
        if (spent > TimeUnit.SECONDS.toNanos(SLOW_SECONDS) * 9 / 10) {
          throw e;
        }
      }
    }
    throw new TimeoutException("It waits for something");
  }

  private void found(long number, byte[] input, String how, Throwable cause) {
    try {
      Path file = Path.of("target", "fuzz", "%s-%d".formatted(name, number));
      Files.createDirectories(file.getParent());
      Files.write(file, input);
      fail("Input %d of %s %s; kept as %s".formatted(number, name, how, file), cause);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] input(long number) {
    Random random = new Random(number);
    byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      input = changed(input, random);
    }
    return input;
  }

  private byte[] changed(byte[] input, Random random) {
    int at = position(input, random);
    int to = Math.min(input.length, at + 1 + random.nextInt(1 + random.nextInt(64)));
    switch (random.nextInt(9)) {
      case 0 -> {
        return Arrays.copyOf(input, at);
      }
      case 1 -> {
        if (at < input.length) {
          input[at] ^= (byte) (1 << random.nextInt(8));
        }
        return input;
      }
      case 2 -> {
        if (at < input.length) {
          input[at] = (byte) random.nextInt();
        }
        return input;
      }
      case 3 -> {
        return joined(input, at, new byte[0], 1, to);
      }
      case 4 -> {
        return joined(input, at, Arrays.copyOfRange(input, at, to), 2 + random.nextInt(3), to);
      }
      case 5 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = position(other, random);
        int end = Math.min(other.length, from + random.nextInt(64));
        return joined(input, at, Arrays.copyOfRange(other, from, end), 1, to);
      }
      case 6 -> {
        // Seldom many of a kind: nesting.
        return joined(input, at, piece(random), random.nextInt(50) == 0 ? 20_000 : 1, at);
      }
      default -> {
        return joined(input, at, piece(random), 1, to);
      }
    }
  }

  /** Half of all near the beginning, where headers are. */
  private static int position(byte[] input, Random random) {
    int reach = random.nextBoolean() ? Math.min(input.length, 128) : input.length;
    return random.nextInt(reach + 1);
  }

  private static byte[] piece(Random random) {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** {@code input} with so many times {@code piece} in the place of {@code from} to {@code to}. */
  private static byte[] joined(byte[] input, int from, byte[] piece, int times, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, from);
    for (int i = 0; i < times; i++) {
      out.writeBytes(piece);
    }
    out.write(input, to, input.length - to);
    return out.toByteArray();
  }
}
