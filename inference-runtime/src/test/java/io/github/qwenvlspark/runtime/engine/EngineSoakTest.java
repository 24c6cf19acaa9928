package io.github.qwenvlspark.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.EngineOptions.Scheduling;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Ending.Loops;
import io.github.qwenvlspark.runtime.testing.Fixtures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand requests of all kinds through one engine: sound ones with the bits that they have
 * alone, between others that are withdrawn, fail, are refused or run out of time.
 */
class EngineSoakTest {
  private static final int REQUESTS = 10_000;
  private static final int WARM_UP = 1_000;
  private static final int ROWS = 6;
  private static final int KINDS = 48;
  private static final int IN_FLIGHT = 20;

  /** Growth that is noise: the allocators' own habits, the compiler's code. */
  private static final long SLACK_KIB = 24 * 1024;

  private final Random random = new Random(20_000);
  private final List<PreparedRequest> kinds = new ArrayList<>();
  private final List<Generated> alone = new ArrayList<>();
  private final Deque<Asked> asked = new ArrayDeque<>();
  private int sound;
  private int failed;

  private record Asked(int kind, CompletableFuture<Generated> future) {}

  @Test
  @Timeout(1200)
  void tenThousandRequestsLeaveNothingBehind() throws IOException {
    EngineOptions options =
        new EngineOptions(2, ROWS, 192, 32).with(new Scheduling(ROWS, 192, 32, 700, 40_000));
    Checkpoint checkpoint = Checkpoint.open(Fixtures.path("tiny-model-f32"));
    try (Engine engine = new Engine(new Model(checkpoint, options), options)) {
      for (int i = 0; i < KINDS; i++) {
        kinds.add(i % 8 == 0 ? picture() : text());
        alone.add(engine.submit(kinds.get(i), IdListener.NONE).join());
      }
      long afterWarmUp = 0;
      for (int i = 0; i < REQUESTS; i++) {
        ask(engine);
        if (i == WARM_UP) {
          afterWarmUp = nativeKib();
        }
      }
      while (!asked.isEmpty()) {
        settleOldest();
      }
      assertThat(sound + failed).isEqualTo(REQUESTS);
      assertThat(failed).isBetween(REQUESTS / 20, REQUESTS / 4);
      assertThat(nativeKib()).as("KiB outside the heap").isLessThan(afterWarmUp + SLACK_KIB);
      allRowsAreFree(engine);
    }
  }

  private void ask(Engine engine) {
    int kind = random.nextInt(KINDS);
    PreparedRequest request = kinds.get(kind);
    asked.add(
        switch (random.nextInt(40)) {
          case 0, 1 -> {
            CompletableFuture<Generated> withdrawn = engine.submit(request, IdListener.NONE);
            withdrawn.cancel(true);
            yield new Asked(kind, withdrawn);
          }
          case 2 -> {
            List<CompletableFuture<Generated>> itself = new ArrayList<>();
            CompletableFuture<Generated> midway =
                engine.submit(request, id -> itself.forEach(f -> f.cancel(true)));
            itself.add(midway);
            yield new Asked(kind, midway);
          }
          case 3 ->
              new Asked(
                  kind,
                  engine.submit(
                      request,
                      id -> {
                        throw new IllegalStateException("a caller that fails");
                      }));
          case 4 -> // refused by the model itself, in the middle of a prefill
              new Asked(
                  kind,
                  engine.submit(
                      Requests.of(new int[] {3, 999_999, 4}, request.ending(), TokenRule.ARGMAX),
                      IdListener.NONE));
          case 5 ->
              new Asked(
                  kind,
                  engine.submit(
                      Requests.of(
                          request.inputIds(),
                          Requests.ending(20, Loops.STOPPED, Duration.ofNanos(1)),
                          TokenRule.ARGMAX),
                      IdListener.NONE));
          default -> new Asked(kind, engine.submit(request, IdListener.NONE));
        });
    if (asked.size() > IN_FLIGHT) {
      settleOldest();
    }
  }

  private void settleOldest() {
    Asked oldest = asked.remove();
    try {
      Generated answer = oldest.future().join();
      assertThat(answer.ids()).isEqualTo(alone.get(oldest.kind()).ids());
      assertThat(answer.quality()).isEqualTo(alone.get(oldest.kind()).quality());
      sound++;
    } catch (CancellationException | CompletionException e) {
      failed++;
    }
  }

  /** As many long answers as there are rows still run side by side. */
  private void allRowsAreFree(Engine engine) {
    List<CompletableFuture<Generated>> last = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      last.add(
          engine.submit(
              Requests.of(
                  new int[] {1, 2, 3},
                  new Ending(100, Set.of(), () -> StopCheck.NEVER, Loops.ALLOWED, Duration.ZERO),
                  TokenRule.ARGMAX),
              IdListener.NONE));
    }
    last.forEach(CompletableFuture::join);
    assertThat(last).extracting(f -> f.join().ids()).containsOnly(last.get(0).join().ids());
  }

  private PreparedRequest text() {
    PreparedRequest request =
        Requests.random(random, 1 + random.nextInt(120), 1 + random.nextInt(16));
    return random.nextInt(4) == 0
        ? Requests.of(
            request.inputIds(), request.ending(), new TokenRule(1.05, TokenRule.Sampling.NONE))
        : request;
  }

  private PreparedRequest picture() {
    return Requests.pictures(
        List.of(Requests.picture(random)),
        Requests.words(random, 12),
        Ending.of(1 + random.nextInt(12), Set.of(7)));
  }

  /** Resident memory less the heap, which the collector may let grow; 0 where nothing tells it. */
  private static long nativeKib() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1024;
    return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        - heap;
  }
}
