package io.github.qwenvlspark.pipeline.testing;

import io.github.qwenvlspark.pipeline.infer.EngineFactory;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Occupancy;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.memory.MemoryNeed;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers a request with its own prompt, so that a test says through the manifest what the model
 * says. The model sees every picture at half its size. Prompts that start with {@code !} misbehave.
 */
public final class EchoEngine implements InferenceEngine {
  /** The engine has no memory left for this one. */
  public static final String OUT_OF_MEMORY = "!memory";

  /** The engine meets a bug, whose message quotes the document. */
  public static final String BUG = "!bug";

  public static final String SECRET = "IBAN DE89 3704 0044";
  public static final ModelInfo MODEL =
      new ModelInfo("echo", "0123456789abcdef", "fp32", "cpu", "none", "test");

  private static final AtomicInteger ASKED = new AtomicInteger();

  private final EngineOptions options;
  private final AtomicInteger submitted = new AtomicInteger();

  private EchoEngine(EngineOptions options) {
    this.options = options;
  }

  /** How a run gets at this engine. */
  public static ModelAccess access() {
    EngineFactory engines = (checkpoint, options) -> new EchoEngine(options);
    return new ModelAccess(
        (folder, options) -> MODEL,
        (folder, options) -> {},
        device -> {},
        (folder, options) -> new MemoryNeed(options.precision(), Map.of()),
        (folder, options) ->
            new VisualSizes(options.alternatives().path(), new PixelLimits(1, 1_000_000)),
        engines);
  }

  /** Requests of all engines of this JVM so far. */
  public static int asked() {
    return ASKED.get();
  }

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    ASKED.incrementAndGet();
    submitted.incrementAndGet();
    List<Part> content = request.messages().get(request.messages().size() - 1).content();
    String prompt =
        content.stream()
            .filter(Part.Text.class::isInstance)
            .map(part -> ((Part.Text) part).text())
            .findFirst()
            .orElseThrow();
    if (prompt.equals(OUT_OF_MEMORY)) {
      return CompletableFuture.failedFuture(
          new QwenVlException(ErrorType.OUT_OF_MEMORY, "The batch does not fit"));
    }
    if (prompt.equals(BUG)) {
      throw new IllegalStateException(SECRET);
    }
    List<Completion.Visual> visuals =
        request.messages().stream()
            .flatMap(message -> message.content().stream())
            .filter(part -> !(part instanceof Part.Text))
            .map(EchoEngine::visual)
            .toList();
    return CompletableFuture.supplyAsync(() -> answer(prompt, visuals));
  }

  /** What it answers to text alone. */
  public static Completion answer(String prompt) {
    return answer(prompt, List.of());
  }

  private static Completion answer(String prompt, List<Completion.Visual> visuals) {
    return new Completion(
        prompt,
        List.of(1, 2, 3),
        FinishReason.STOP,
        new Completion.Usage(10, 4, 3),
        visuals,
        new Completion.Timing(1, 2, 3, 4, 5),
        new Completion.Quality(-0.5, -1.0));
  }

  private static Completion.Visual visual(Part part) {
    List<RgbImage> frames =
        part instanceof Part.Resized clip
            ? clip.frames()
            : part instanceof Part.Frames list
                ? list.pictures()
                : List.of(((Part.Image) part).pixels());
    int height = frames.get(0).height();
    int width = frames.get(0).width();
    return new Completion.Visual(
        new Size(height, width),
        new Size(height / 2, width / 2),
        frames.size(),
        new ImageGrid(1, 2, 2));
  }

  @Override
  public FrameFit frameFit(VisualSize size) {
    return FrameFit.AS_DECODED;
  }

  @Override
  public long pixelBytes(Request request) {
    return 1024;
  }

  /** Half of the time in the model, two rows at once, two waiting. */
  @Override
  public Occupancy occupancy() {
    long steps = 3L * submitted.get();
    return new Occupancy(
        10 * steps, 0, steps, 4 * steps, 20 * steps, 0, 0, 0, steps, 2 * steps, 0, 0, 0, 0);
  }

  @Override
  public PixelLimits pictureLimits(VisualSize size) {
    return new PixelLimits(1, size.maxPixels().orElse(1_000_000));
  }

  @Override
  public ModelInfo model() {
    return new ModelInfo(
        MODEL.name(),
        MODEL.fingerprint(),
        MODEL.precision(),
        options.device().label(),
        options.alternatives().label(),
        MODEL.runtimeVersion());
  }

  @Override
  public void close() {}
}
