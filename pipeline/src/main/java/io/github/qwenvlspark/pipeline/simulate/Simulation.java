package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.job.BucketCount;
import io.github.qwenvlspark.pipeline.job.WavePace;
import io.github.qwenvlspark.pipeline.simulate.PaperExecutor.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A run on paper, event by event: waves of the sizes that {@link WavePace} gives, three on their
 * way at a time, their buckets to whichever executor has a slot, one commit after the other.
 * Confined to one thread; used once.
 */
public final class Simulation {
  private static final double DAY = 86_400;

  /** Times that a run may take what its work takes. */
  private static final double MOST_TIMES = 100;

  private final Scenario scenario;
  private final Corpus corpus;
  private final PaperPlan plan;
  private final PaperTable table;
  private final Random random;
  private final Agenda agenda = new Agenda();
  private final List<PaperExecutor> executors = new ArrayList<>();
  private final Deque<PaperWave> reading = new ArrayDeque<>();
  private final Deque<PaperWave> committing = new ArrayDeque<>();
  private final Losses losses = new Losses();

  private WavePace pace;
  private int[] open;
  private int given;
  private int done;
  private int free;
  private double begun;
  private int largest;

  /** Goes up when the driver is lost: what it had in mind is void. */
  private int driver;

  private Simulation(Scenario scenario) {
    this.scenario = scenario;
    this.corpus = new Corpus(scenario.documents());
    Cluster cluster = scenario.cluster();
    this.plan =
        new PaperPlan(
            corpus,
            BucketCount.onExecutors(
                scenario.documents().pages(), cluster.batch(), cluster.allSlots()));
    this.table = new PaperTable(plan, scenario.stores(), cluster.allSlots());
    this.random = new Random(scenario.documents().seed());
    for (int number = 0; number < cluster.executors(); number++) {
      boolean slow = random.nextDouble() < scenario.faults().slowShare();
      double speed = cluster.tokensPerSecond() * (slow ? scenario.faults().slowSpeed() : 1);
      executors.add(new PaperExecutor(cluster.slots(), speed));
    }
    this.open = IntStream.range(0, plan.buckets()).toArray();
  }

  /**
   * Runs to the end.
   *
   * @throws BadRequestException if there is none, since so much is lost
   */
  public static Outcome of(Scenario scenario) {
    return new Simulation(scenario).run();
  }

  private Outcome run() {
    start();
    executors.forEach(this::awaitLoss);
    awaitDriverLoss();
    while (table.rows() < scenario.documents().pages()) {
      agenda.next();
      requireProgress();
    }
    double[] busy = executors.stream().mapToDouble(PaperExecutor::busy).toArray();
    return Outcome.of(
        scenario,
        new Outcome.Planned(corpus.documents(), plan.buckets(), planning(), plan.work()),
        agenda.now(),
        busy,
        losses,
        table.commits(),
        largest);
  }

  private void requireProgress() {
    Cluster cluster = scenario.cluster();
    double slowest = cluster.tokensPerSecond() * scenario.faults().slowSpeed();
    double least = plan.work() / slowest / cluster.executors();
    if (agenda.now() > DAY + MOST_TIMES * least) {
      throw new BadRequestException(
          "The run does not end: after %,.0f times what its work takes %,d of %,d pages are read; lose fewer executors and drivers, or replace them sooner"
              .formatted(agenda.now() / least, table.rows(), scenario.documents().pages()));
    }
  }

  private double planning() {
    return scenario
        .stores()
        .planning(scenario.documents().pages(), corpus.documents(), scenario.cluster().allSlots());
  }

  /** A driver begins: it plans what is not answered, then waves follow. */
  private void start() {
    table.planned();
    open = IntStream.of(open).filter(bucket -> !table.has(bucket)).toArray();
    given = 0;
    done = 0;
    free = WavePace.AT_A_TIME;
    pace =
        WavePace.of(
            scenario.waves(),
            scenario.cluster().allSlots(),
            scenario.documents().pages() - table.rows(),
            open.length);
    later(
        planning(),
        () -> {
          begun = agenda.now();
          waves();
        });
  }

  private void waves() {
    while (free > 0 && given < open.length) {
      Duration took = Duration.ofMillis((long) ((agenda.now() - begun) * 1000));
      int size = pace.next(open.length - given, done, took);
      PaperWave wave = new PaperWave(Arrays.copyOfRange(open, given, given + size));
      given += size;
      free--;
      largest = Math.max(largest, size);
      later(
          scenario.stores().beginning(),
          () -> {
            reading.add(wave);
            deal();
          });
    }
  }

  /** Spark's offers: one task for each executor in turn, in an order that changes each time. */
  private void deal() {
    List<PaperExecutor> idle =
        new ArrayList<>(executors.stream().filter(PaperExecutor::hasRoom).toList());
    Collections.shuffle(idle, random);
    while (!idle.isEmpty() && waits()) {
      idle.removeIf(executor -> !take(executor));
    }
  }

  private boolean waits() {
    return reading.stream().anyMatch(PaperWave::hasNext);
  }

  /** Whether the executor took a bucket, of the first wave that has one. */
  private boolean take(PaperExecutor executor) {
    if (!executor.hasRoom()) {
      return false;
    }
    for (PaperWave wave : reading) {
      if (wave.hasNext()) {
        int bucket = wave.next();
        executor.begin(new Reading(wave, bucket, plan.work(bucket)), agenda.now());
        await(executor);
        return true;
      }
    }
    return false;
  }

  private void await(PaperExecutor executor) {
    long version = executor.version();
    executor
        .ending()
        .ifPresent(
            time ->
                agenda.in(
                    time - agenda.now(),
                    () -> {
                      if (executor.version() == version) {
                        ended(executor);
                      }
                    }));
  }

  private void ended(PaperExecutor executor) {
    for (Reading task : executor.ended(agenda.now())) {
      task.wave.read();
      if (task.wave.isRead()) {
        reading.remove(task.wave);
        committing.add(task.wave);
        if (committing.size() == 1) {
          commit();
        }
      }
    }
    boolean took = take(executor);
    while (took) {
      took = take(executor);
    }
    await(executor);
  }

  private void commit() {
    PaperWave wave = committing.element();
    double took = table.duration(wave);
    later(
        took,
        () -> {
          table.commit(wave, took);
          committing.remove();
          done += wave.buckets().length;
          free++;
          waves();
          if (!committing.isEmpty()) {
            commit();
          }
        });
  }

  private void awaitLoss(PaperExecutor executor) {
    if (scenario.faults().lostPerDay() > 0) {
      agenda.in(waiting(scenario.faults().lostPerDay()), () -> lose(executor));
    }
  }

  private void lose(PaperExecutor executor) {
    for (Reading task : executor.lose(agenda.now())) {
      losses.task(task.done());
      task.wave.again(task.bucket);
    }
    losses.executor();
    deal();
    agenda.in(
        scenario.faults().replacedAfter(),
        () -> {
          executor.replace(agenda.now());
          deal();
          awaitLoss(executor);
        });
  }

  private void awaitDriverLoss() {
    if (scenario.faults().driverLostPerDay() > 0) {
      agenda.in(waiting(scenario.faults().driverLostPerDay()), this::loseDriver);
    }
  }

  /** Executors end with it; what no commit brought in is read again. */
  private void loseDriver() {
    driver++;
    double vain = 0;
    for (PaperExecutor executor : executors) {
      for (Reading task : executor.drop(agenda.now())) {
        vain += task.done();
      }
    }
    for (PaperWave wave : reading) {
      vain += staged(wave);
    }
    for (PaperWave wave : committing) {
      vain += staged(wave);
    }
    reading.clear();
    committing.clear();
    losses.driver(vain, given - done);
    later(scenario.faults().replacedAfter(), this::start);
    awaitDriverLoss();
  }

  /** What the tasks of a wave have done that ended well. */
  private double staged(PaperWave wave) {
    double all = 0;
    for (int bucket : wave.buckets()) {
      all += plan.work(bucket);
    }
    return all * wave.staged() / wave.buckets().length;
  }

  /** Exponential, in seconds. */
  private double waiting(double perDay) {
    return -Math.log(1 - random.nextDouble()) * DAY / perDay;
  }

  /** What the driver that is alive now does later, if it still is. */
  private void later(double seconds, Runnable what) {
    int mine = driver;
    agenda.in(
        seconds,
        () -> {
          if (driver == mine) {
            what.run();
          }
        });
  }
}
