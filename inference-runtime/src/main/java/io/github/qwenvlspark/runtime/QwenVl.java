package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.bench.BenchPlan;
import io.github.qwenvlspark.runtime.bench.Benchmark;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.Fingerprint;
import io.github.qwenvlspark.runtime.checkpoint.PreprocessorConfig;
import io.github.qwenvlspark.runtime.checkpoint.WeightCache;
import io.github.qwenvlspark.runtime.engine.AnswerForm;
import io.github.qwenvlspark.runtime.engine.Engine;
import io.github.qwenvlspark.runtime.engine.Generated;
import io.github.qwenvlspark.runtime.engine.IdListener;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.graph.DecoderGraph;
import io.github.qwenvlspark.runtime.graph.VisionGraph;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.memory.MemoryBudget;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import io.github.qwenvlspark.runtime.ort.Placement;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import io.github.qwenvlspark.runtime.prompt.ChatTemplate;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import io.github.qwenvlspark.runtime.tokenizer.StreamingDecoder;
import io.github.qwenvlspark.runtime.verify.Verification;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A Qwen2.5-VL or Qwen2-VL checkpoint, opened and ready to answer. Thread-safe; requests of all
 * threads share one batch.
 *
 * <pre>{@code
 * try (QwenVl model = QwenVl.open(Path.of("Qwen2.5-VL-3B-Instruct"), EngineOptions.DEFAULT)) {
 *   RgbImage page = ImageDecoder.decode(bytes, MediaLimits.DEFAULT);
 *   Message question = Message.user(new Part.Image(page, VisualSize.DEFAULT), new Part.Text("Read it."));
 *   String text = model.generate(new Request(List.of(question), GenerationOptions.greedy(256))).text();
 * }
 * }</pre>
 */
public final class QwenVl implements InferenceEngine {
  private final ModelInfo info;
  private final QwenTokenizer tokenizer;
  private final RequestPreparer preparer;
  private final Engine engine;

  /** Where ids become text and callers are called back: the engine's worker goes on meanwhile. */
  private final ExecutorService answers =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "qwenvl-answers");
            thread.setDaemon(true);
            return thread;
          });

  private QwenVl(ModelInfo info, QwenTokenizer tokenizer, RequestPreparer preparer, Engine engine) {
    this.info = info;
    this.tokenizer = tokenizer;
    this.preparer = preparer;
    this.engine = engine;
  }

  /**
   * Opens a Hugging Face checkpoint directory. The caller closes the result.
   *
   * @throws QwenVlException INVALID_REQUEST if the directory holds no usable checkpoint or the
   *     options do not fit it; OUT_OF_MEMORY if the machine is too small; DEVICE_FAILURE if the
   *     device cannot be used
   */
  public static QwenVl open(Path folder, EngineOptions options) {
    new Placement(options.device()).requirePossible(options.precision());
    Checkpoint checkpoint = checkpoint(folder, options);
    MemoryBudget.ofThisProcess(options).require(memoryNeed(checkpoint, options));
    ModelInfo info = info(checkpoint, options);
    QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile());
    try {
      RequestPreparer preparer =
          new RequestPreparer(
              checkpoint, tokenizer, options.alternatives(), options.maxContextTokens());
      Engine engine =
          new Engine(new Model(withWeights(checkpoint, info, options), options), options);
      return new QwenVl(info, tokenizer, preparer, engine);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Checks that this process can compute on a device, as far as that shows without a model.
   *
   * @throws QwenVlException DEVICE_FAILURE saying what is missing
   */
  public static void requireDevice(Device device) {
    new Placement(device).requireHere();
  }

  private static Checkpoint checkpoint(Path folder, EngineOptions options) {
    Checkpoint base = Checkpoint.open(folder);
    return options.adapter().isEmpty() ? base : base.with(Path.of(options.adapter()));
  }

  /** The weights as they are run: with the adapter in them, in the precision that is wanted. */
  static Checkpoint withWeights(Checkpoint checkpoint, ModelInfo info, EngineOptions options) {
    WeightCache cache = new WeightCache(options.cacheFolder());
    return checkpoint
        .merged(info.fingerprint(), cache)
        .in(options.precision(), info.fingerprint(), cache);
  }

  /**
   * Checks a checkpoint without loading its weights: configuration, tokenizer, template, and that
   * every weight is there in the right shape. What a driver does before it starts a job.
   *
   * @throws QwenVlException INVALID_REQUEST naming file and fault
   */
  public static ModelInfo inspect(Path folder) {
    return inspect(folder, EngineOptions.DEFAULT);
  }

  /**
   * The same, with what the options add to the checkpoint: an adapter is checked, not merged.
   *
   * @throws QwenVlException INVALID_REQUEST naming file and fault
   */
  public static ModelInfo inspect(Path folder, EngineOptions options) {
    Checkpoint checkpoint = checkpoint(folder, options);
    Placement placement = new Placement(options.device());
    placement.requirePossible(options.precision());
    VisionGraph.build(checkpoint, placement.floats());
    DecoderGraph.build(checkpoint, placement.floats());
    ChatTemplate.of(checkpoint.chatTemplate());
    QwenTokenizer.open(checkpoint.tokenizerFile()).close();
    return info(checkpoint, options);
  }

  /**
   * Checks without loading weights that a checkpoint can answer by these options: a document of
   * {@code response_schema} must fit into {@code max_new_tokens} of its tokens.
   *
   * @throws QwenVlException INVALID_REQUEST with both numbers
   */
  public static void requireRoom(Path folder, GenerationOptions generation) {
    if (!generation.responseSchema().isEmpty()) {
      Checkpoint checkpoint = Checkpoint.open(folder);
      try (QwenTokenizer tokenizer = QwenTokenizer.open(checkpoint.tokenizerFile())) {
        AnswerForm unused =
            new ResponseSchemas(tokenizer, checkpoint.generation().eosTokenIds()).form(generation);
      }
    }
  }

  /**
   * The memory that a model takes outside the Java heap, from its configuration alone.
   *
   * @throws QwenVlException INVALID_REQUEST if the folder is no checkpoint
   */
  public static MemoryNeed memoryNeed(Path folder, EngineOptions options) {
    return memoryNeed(checkpoint(folder, options), options);
  }

  private static MemoryNeed memoryNeed(Checkpoint checkpoint, EngineOptions options) {
    return MemoryNeed.of(checkpoint.config(), checkpoint.embeddingType(), options);
  }

  /**
   * At which sizes a checkpoint sees pictures and clips, from its configuration alone.
   *
   * @throws QwenVlException INVALID_REQUEST if the folder is no checkpoint
   */
  public static VisualSizes visualSizes(Path folder, EngineOptions options) {
    PreprocessorConfig pictures = checkpoint(folder, options).preprocessor();
    return new VisualSizes(
        options.alternatives().path(), new PixelLimits(pictures.minPixels(), pictures.maxPixels()));
  }

  /**
   * Measures of a checkpoint that show whether it answers here as the reference does.
   *
   * @throws QwenVlException INVALID_REQUEST if the folder is no checkpoint
   */
  public static Verification verification(Path folder) {
    return new Verification(
        folder,
        (checkpoint, tokenizer) -> {
          RequestPreparer preparer =
              new RequestPreparer(checkpoint, tokenizer, Alternatives.REFERENCE);
          return request -> preparer.prepare(request).request();
        },
        version());
  }

  /**
   * Measures of how fast a checkpoint answers on this machine.
   *
   * @throws QwenVlException INVALID_REQUEST if the folder is no usable checkpoint
   */
  public static Benchmark benchmark(Path folder, BenchPlan plan) {
    return new Benchmark(inspect(folder), plan, new BenchLoader(folder));
  }

  static ModelInfo info(Checkpoint checkpoint, EngineOptions options) {
    return new ModelInfo(
        checkpoint.name(),
        Fingerprint.of(checkpoint),
        new Placement(options.device()).precision(options.precision()),
        options.device().label(),
        options.alternatives().label(),
        version());
  }

  private static String version() {
    String version = QwenVl.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Answers one request and waits for it.
   *
   * @throws QwenVlException if it cannot be answered
   */
  public Completion generate(Request request) {
    return generate(request, TokenListener.NONE);
  }

  /** The same, with the text said to {@code listener} while it grows. */
  public Completion generate(Request request, TokenListener listener) {
    try {
      return submit(request, listener).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QwenVlException typed) {
        throw typed;
      }
      throw e;
    }
  }

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    RequestPreparer.Prepared prepared = preparer.prepare(request);
    Narrator narrator = new Narrator(listener);
    CompletableFuture<Generated> generated =
        engine.submit(
            prepared.request(), listener == TokenListener.NONE ? IdListener.NONE : narrator);
    CompletableFuture<Completion> completion =
        generated.thenApplyAsync(
            answer -> {
              narrator.finish();
              return completion(prepared, answer);
            },
            answers);
    // A dependent future does not pass a cancellation on by itself.
    CompletableFuture<Completion> unused =
        completion.whenComplete((answer, failure) -> generated.cancel(false));
    return completion;
  }

  @Override
  public FrameFit frameFit(VisualSize size) {
    return preparer.frameFit(size);
  }

  @Override
  public long pixelBytes(Request request) {
    return preparer.pixelBytes(request);
  }

  @Override
  public PixelLimits pictureLimits(VisualSize size) {
    return preparer.pictureLimits(size);
  }

  private Completion completion(RequestPreparer.Prepared prepared, Generated answer) {
    PreparedRequest request = prepared.request();
    return new Completion(
        tokenizer.decode(answer.ids()),
        answer.ids(),
        answer.finishReason(),
        new Completion.Usage(request.promptTokens(), request.visualTokens(), answer.ids().size()),
        prepared.seen(),
        answer.timing(),
        answer.quality());
  }

  @Override
  public EngineLoad load() {
    return engine.load();
  }

  @Override
  public Occupancy occupancy() {
    return engine.occupancy();
  }

  @Override
  public ModelInfo model() {
    return info;
  }

  @Override
  public void close() {
    engine.close();
    answers.shutdown();
    boolean interrupted = false;
    for (boolean done = false; !done; ) {
      try {
        done = answers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    tokenizer.close();
  }

  /** Ids as they come, said as text. */
  private final class Narrator implements IdListener {
    private final TokenListener listener;
    private final StreamingDecoder decoder = new StreamingDecoder(tokenizer);

    Narrator(TokenListener listener) {
      this.listener = listener;
    }

    @Override
    public void onId(int id) {
      say(decoder.add(id));
    }

    void finish() {
      say(decoder.finish());
    }

    private void say(String text) {
      if (!text.isEmpty()) {
        listener.onText(text);
      }
    }
  }
}
