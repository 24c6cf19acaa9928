package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Answered;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Failed;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.testing.GatedFiles;
import io.github.qwenvlspark.pipeline.testing.PatientEngine;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.File;
import java.io.InterruptedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
  private static final int THREADS = 4;
  private static final Map<String, Task> TASKS =
      Map.of("ocr", Tasks.load(Optional.empty()).get("ocr", "model"));

  @TempDir Path folder;

  private final PatientEngine engine = new PatientEngine();
  private final PixelBudget budget = new PixelBudget(1L << 30);
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<CompletableFuture<RowOutcome>> outcomes = new ArrayList<>();
  private SampleFiles files;

  @BeforeEach
  void prepare() {
    files = new SampleFiles(folder);
  }

  @AfterEach
  void shutDown() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private Preparation preparation(Configuration hadoop, PixelBudget pixels) {
    Fetcher fetcher =
        new Fetcher(
            hadoop,
            MediaLimits.DEFAULT,
            new FetchSettings(
                1,
                Duration.ofMinutes(1),
                List.of("gated"),
                List.of(),
                List.of(),
                Duration.ofSeconds(1)));
    return new Preparation(
        threads,
        () ->
            new RowInference(
                engine,
                new MediaReader(
                    fetcher, DefaultSettings.with("spark.qwenvl.pdf.dpi", "72"), engine::frameFit),
                TASKS,
                PromptOptions.DEFAULT,
                Duration.ZERO,
                pixels));
  }

  private PlannedRow row(String name, Part part) {
    File file = folder.resolve(name).toFile();
    return new PlannedRow(
        name + part.page(),
        name,
        "gated:" + file,
        file.length(),
        SampleFiles.fingerprint(file.toPath()),
        part,
        "ocr",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private PlannedRow picture(String name) {
    return row(name, new Part("image", 0));
  }

  private List<PlannedRow> pictures(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              files.picture("p" + i + ".png", 40, 30);
              return picture("p" + i + ".png");
            })
        .toList();
  }

  private void submit(Preparation preparation, List<PlannedRow> rows) {
    rows.forEach(row -> outcomes.add(preparation.submit(row)));
  }

  private void answer(int requests) throws InterruptedException {
    for (int i = 0; i < requests; i++) {
      engine.nextAsked().complete(PatientEngine.completion());
    }
  }

  @Test
  void rowsAreFetchedSideBySideAndBeforeTheModelAnswers() throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    Preparation preparation = preparation(GatedFiles.behind(path -> meet(together)), budget);

    submit(preparation, pictures(2 * THREADS));

    List<CompletableFuture<Completion>> asked = new ArrayList<>();
    for (int i = 0; i < 2 * THREADS; i++) {
      asked.add(engine.nextAsked());
    }
    assertThat(outcomes).noneMatch(CompletableFuture::isDone);
    asked.forEach(answer -> answer.complete(PatientEngine.completion()));
    assertThat(outcomes).allMatch(outcome -> outcome.join() instanceof Answered);
  }

  @Test
  void pagesOfOnePdfAreFetchedOnceAndInOrder() throws Exception {
    files.pdf("a.pdf", 5);
    files.pdf("b.pdf", 3);
    Preparation preparation = preparation(GatedFiles.behind(path -> {}), budget);
    List<PlannedRow> rows = new ArrayList<>();
    IntStream.range(0, 5).forEach(page -> rows.add(row("a.pdf", new Part("page", page))));
    IntStream.range(0, 3).forEach(page -> rows.add(row("b.pdf", new Part("page", page))));

    submit(preparation, rows.subList(0, 2));
    answer(2);
    CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).join();
    submit(preparation, rows.subList(2, 8));
    answer(6);

    assertThat(outcomes).allMatch(outcome -> outcome.join() instanceof Answered);
    assertThat(GatedFiles.opened()).containsExactlyInAnyOrder("a.pdf", "b.pdf");
  }

  @Test
  void aRowThatFailsFailsAlone() throws Exception {
    files.text("broken.png", "no picture");
    files.pdf("a.pdf", 1);
    Preparation preparation = preparation(GatedFiles.behind(path -> {}), budget);
    List<PlannedRow> rows = new ArrayList<>(pictures(2));
    rows.add(1, picture("broken.png"));
    rows.add(row("a.pdf", new Part("page", 7)));
    rows.add(row("a.pdf", new Part("page", 0)));

    submit(preparation, rows);
    answer(3);

    assertThat(outcomes)
        .map(outcome -> outcome.join().fold(Answered::row, failed -> failed.row()).requestKey())
        .containsExactlyElementsOf(rows.stream().map(PlannedRow::requestKey).toList());
    assertThat(outcomes)
        .map(outcome -> outcome.join().fold(answered -> ErrorType.INTERNAL, Failed::type))
        .containsExactly(
            ErrorType.INTERNAL,
            ErrorType.UNSUPPORTED_MEDIA,
            ErrorType.INTERNAL,
            ErrorType.INVALID_REQUEST,
            ErrorType.INTERNAL);
  }

  @Test
  void anErrorOfTheJvmComesToTheSparkTask() {
    Preparation preparation =
        preparation(
            GatedFiles.behind(
                path -> {
                  throw new NoClassDefFoundError("codec");
                }),
            budget);
    submit(preparation, pictures(1));

    assertThatThrownBy(() -> outcomes.get(0).join()).hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void closingEndsWhatIsPreparedWithdrawsWhatIsAskedAndLeavesNothingOpen() throws Exception {
    CountDownLatch stuck = new CountDownLatch(THREADS);
    CountDownLatch never = new CountDownLatch(1);
    files.pdf("a.pdf", 2);
    List<PlannedRow> rows = pictures(3 * THREADS);
    Preparation preparation =
        preparation(
            GatedFiles.behind(
                path -> {
                  if (!path.getName().equals("a.pdf") && !path.getName().equals("p0.png")) {
                    stuck.countDown();
                    await(never);
                  }
                }),
            budget);
    submit(preparation, List.of(row("a.pdf", new Part("page", 0)), rows.get(0)));
    List<CompletableFuture<Completion>> asked = List.of(engine.nextAsked(), engine.nextAsked());
    submit(preparation, rows.subList(1, rows.size()));
    stuck.await();

    outcomes.forEach(outcome -> outcome.cancel(true));
    preparation.close();

    assertThat(asked).allMatch(CompletableFuture::isCancelled);
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(outcomes).allMatch(CompletableFuture::isDone);
    assertThat(engine.waiting()).isZero();
    assertThat(GatedFiles.open()).isZero();
    assertThat(GatedFiles.opened()).hasSize(2 + THREADS);
    assertThat(budget.free()).isEqualTo(1L << 30);
  }

  @Test
  void anInterruptOfOneTaskDoesNotReachTheNext() throws Exception {
    CountDownLatch stuck = new CountDownLatch(THREADS);
    CountDownLatch never = new CountDownLatch(1);
    Preparation killed =
        preparation(
            GatedFiles.behind(
                path -> {
                  if (!path.getName().equals("q.png")) {
                    stuck.countDown();
                    await(never);
                  }
                }),
            budget);
    files.picture("q.png", 40, 30);
    submit(killed, pictures(THREADS));
    stuck.await();
    Preparation next = preparation(GatedFiles.settings(), budget);
    List<CompletableFuture<RowOutcome>> nextOutcomes =
        IntStream.range(0, 2 * THREADS).mapToObj(i -> next.submit(picture("q.png"))).toList();

    killed.close();
    answer(2 * THREADS);

    assertThat(nextOutcomes).allMatch(outcome -> outcome.join() instanceof Answered);
  }

  @Test
  void noMorePixelsAreMadeThanTheBudgetHolds() throws Exception {
    PixelBudget two = new PixelBudget(2 * PatientEngine.PIXEL_BYTES);
    Preparation preparation = preparation(GatedFiles.behind(path -> {}), two);
    submit(preparation, pictures(6));

    CompletableFuture<Completion> first = engine.nextAsked();
    CompletableFuture<Completion> second = engine.nextAsked();

    assertThat(two.free()).isZero();
    assertThat(engine.waiting()).isZero();
    first.complete(PatientEngine.completion());
    second.cancel(false);
    answer(4);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new));
    assertThat(all.handle((done, failure) -> true).get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(two.free()).isEqualTo(2 * PatientEngine.PIXEL_BYTES);
  }

  @Test
  void filesAreReadWithTheClassLoaderOfTheSparkTask() throws Exception {
    Set<ClassLoader> seen = ConcurrentHashMap.newKeySet();
    Configuration hadoop =
        GatedFiles.behind(path -> seen.add(Thread.currentThread().getContextClassLoader()));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader ofTask = new URLClassLoader(new URL[0], before)) {
      Thread.currentThread().setContextClassLoader(ofTask);
      Preparation preparation = preparation(hadoop, budget);
      Thread.currentThread().setContextClassLoader(before);
      submit(preparation, pictures(3));
      answer(3);

      assertThat(seen).containsExactly(ofTask);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static void meet(CyclicBarrier barrier) throws InterruptedIOException {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new InterruptedIOException(e.getClass().getSimpleName());
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("Interrupted");
    }
  }
}
