package io.github.qwenvlspark.runtime.bench;

import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.engine.Engine;
import io.github.qwenvlspark.runtime.engine.Generated;
import io.github.qwenvlspark.runtime.engine.IdListener;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.ort.KvCache;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The measures of one checkpoint in one precision. Confined to one thread. */
final class ModelBench {
  /** Tokens before a decode step that stands for the middle of a short answer. */
  private static final int SHORT_PAST = 256;

  private final BenchPlan plan;
  private final BenchPlan.Effort effort;
  private final Loader loader;
  private final String precision;
  private final EngineOptions options;
  private final Stopwatch stopwatch;
  private final Roofline roofline;
  private final ModelWork work;
  private int pages;

  ModelBench(
      BenchPlan plan,
      Loader loader,
      Precision precision,
      EngineOptions options,
      Stopwatch stopwatch,
      Roofline roofline) {
    this.plan = plan;
    this.effort = plan.effort();
    this.loader = loader;
    this.precision = precision.label();
    this.options = options;
    this.stopwatch = stopwatch;
    this.roofline = roofline;
    this.work = new ModelWork(loader.config(), precision);
  }

  /** Loads the model twice: for itself, and for the engine, which owns what it runs. */
  void run(Consumer<Measure> taken) {
    List<Timing.Lap> loads = new ArrayList<>();
    Packed packed;
    try (Model model = load(loads)) {
      model(model, taken);
      packed = packed(model);
    }
    try (Engine engine = new Engine(load(loads), options)) {
      taken.accept(Measure.seconds("load", precision, Timing.of(loads), "checkpoint to first run"));
      taken.accept(page(engine));
      unlike(engine, packed, taken);
    }
  }

  private Model load(List<Timing.Lap> loads) {
    List<Model> loaded = new ArrayList<>();
    loads.add(Stopwatch.lap(() -> loaded.add(loader.load(options))));
    return loaded.get(0);
  }

  private void model(Model model, Consumer<Measure> taken) {
    for (int tokens : effort.prompts()) {
      taken.accept(prefill(model, tokens));
    }
    int page = effort.prompts().get(effort.prompts().size() - 1);
    for (int past : new int[] {Math.min(SHORT_PAST, page), page}) {
      Map<Integer, Double> perSecond = new HashMap<>();
      for (int rows : plan.batches()) {
        Measure decode = decode(model, rows, past);
        perSecond.put(rows, decode.best());
        taken.accept(decode);
      }
      if (plan.batches().contains(1) && plan.maxBatch() > 1) {
        taken.accept(
            Measure.figure(
                "batch %d / batch 1, at %d".formatted(plan.maxBatch(), past),
                precision,
                "x",
                perSecond.get(plan.maxBatch()) / perSecond.get(1),
                "decode tokens/s"));
      }
    }
    taken.accept(vision(model));
  }

  private Measure prefill(Model model, int tokens) {
    PreparedRequest prompt = Prompts.words(tokens, 1, 0);
    return counted(
        "prefill %d".formatted(tokens),
        "tokens",
        tokens,
        stopwatch.time(() -> model.prefill(prompt, new float[0], 0)),
        work.prefill(tokens));
  }

  private Measure decode(Model model, int rows, int past) {
    long[] ids = new long[rows];
    int[] positions = new int[rows];
    int[] lengths = new int[rows];
    Arrays.setAll(ids, row -> row);
    Arrays.fill(positions, past);
    Arrays.fill(lengths, past + 1);
    Timing lap =
        stopwatch.time(
            () -> {
              for (int step = 0; step < effort.stepsOfLap(); step++) {
                model.step(ids, positions, lengths, Model.Logits.NOT_WANTED);
              }
            });
    return counted(
        "decode batch %d, at %d".formatted(rows, past),
        "tokens",
        rows,
        lap.dividedBy(effort.stepsOfLap()),
        work.step(rows, past));
  }

  /** The picture as the checkpoint's own limits leave it: a small one shrinks the page. */
  private Measure vision(Model model) {
    PreparedRequest page = loader.prepare(Prompts.page(effort, 0));
    VisionInput picture = page.visuals().get(0);
    int columns = 1;
    for (int i = 1; i < picture.rowColumn().length; i += 2) {
      columns = Math.max(columns, 1 + (int) picture.rowColumn()[i]);
    }
    int patches = picture.patches();
    return counted(
        "vision %d patches".formatted(patches),
        "patches",
        patches,
        stopwatch.time(() -> model.encode(page)),
        work.picture(patches / columns, columns));
  }

  private Measure counted(String name, String unit, double amount, Timing timing, Work counted) {
    Optional<Roofline.Share> share = roofline.share(counted, timing);
    return Measure.rate(name, precision, unit, amount, timing, counted, share, "");
  }

  /** From decoded pixels to the last token; each page is another one, so nothing is remembered. */
  private Measure page(Engine engine) {
    List<Generated> answers = new ArrayList<>();
    List<Integer> read = new ArrayList<>();
    Timing timing =
        stopwatch.time(
            () -> {
              PreparedRequest page =
                  Prompts.unending(loader.prepare(Prompts.page(effort, ++pages)));
              read.add(page.promptTokens());
              answers.add(engine.submit(page, IdListener.NONE).join());
            });
    Generated last = answers.get(answers.size() - 1);
    return Measure.seconds(
        "page, %d new tokens".formatted(effort.answerTokens()),
        precision,
        timing,
        "%d tokens read; last one: %.0f ms pixels, %.0f ms vision, %.0f ms prefill, %.0f ms decode"
            .formatted(
                read.get(0),
                last.timing().preprocessMs(),
                last.timing().visionMs(),
                last.timing().prefillMs(),
                last.timing().decodeMs()));
  }

  /** The fastest of all packings, and what was answered. */
  private record Packed(HandPacked.Packing packing, Timing.Lap lap, List<List<Integer>> answers) {}

  private Packed packed(Model model) {
    List<PreparedRequest> requests = Prompts.unlike(effort);
    List<Packed> all = new ArrayList<>();
    KvCache cache = model.cache();
    HandPacked hand = new HandPacked(model, cache.rows());
    for (HandPacked.Packing packing : HandPacked.Packing.values()) {
      List<List<Integer>> answers = new ArrayList<>();
      Timing.Lap lap = Stopwatch.lap(() -> answers.addAll(hand.answer(requests, packing)));
      all.add(new Packed(packing, lap, answers));
    }
    return all.stream().min(Comparator.comparingDouble(p -> p.lap().wallS())).orElseThrow();
  }

  private void unlike(Engine engine, Packed packed, Consumer<Measure> taken) {
    List<PreparedRequest> requests = Prompts.unlike(effort);
    List<List<Integer>> answers = new ArrayList<>();
    Occupancy before = engine.occupancy();
    Timing.Lap lap = Stopwatch.lap(() -> answers.addAll(answer(engine, requests)));
    Occupancy busy = engine.occupancy().since(before);
    String name = "%d unlike requests".formatted(requests.size());
    taken.accept(
        Measure.seconds(
            name + ", packed",
            precision,
            Timing.of(List.of(packed.lap())),
            "best hand-packed batches: " + packed.packing().label()));
    taken.accept(
        Measure.seconds(
            name + ", engine",
            precision,
            Timing.of(List.of(lap)),
            answers.equals(packed.answers())
                ? "all answers equal those of the packed batches"
                : "ANSWERS DIFFER from those of the packed batches"));
    taken.accept(
        Measure.figure(
            "engine / packed",
            precision,
            "x",
            lap.wallS() / packed.lap().wallS(),
            "wall time; processor time %.2f x".formatted(lap.cpuS() / packed.lap().cpuS())));
    taken.accept(
        Measure.figure(
            "engine, live rows",
            precision,
            "rows",
            busy.meanLiveRows(),
            "of %d; %.1f requests waiting on average"
                .formatted(plan.maxBatch(), busy.meanQueueDepth())));
    taken.accept(
        Measure.figure(
            "engine, in the model", precision, "%", 100 * busy.modelShare(), "of the wall time"));
  }

  private static List<List<Integer>> answer(Engine engine, List<PreparedRequest> requests) {
    List<CompletableFuture<Generated>> futures = new ArrayList<>();
    for (PreparedRequest request : requests) {
      futures.add(engine.submit(request, IdListener.NONE));
    }
    return futures.stream().map(CompletableFuture::join).map(Generated::ids).toList();
  }
}
