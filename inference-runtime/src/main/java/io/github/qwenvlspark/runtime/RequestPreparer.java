package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.GenerationDefaults;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.checkpoint.PreprocessorConfig;
import io.github.qwenvlspark.runtime.checkpoint.VisionConfig;
import io.github.qwenvlspark.runtime.engine.Ending;
import io.github.qwenvlspark.runtime.engine.Millis;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.engine.StopCheck;
import io.github.qwenvlspark.runtime.engine.TokenRule;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.ort.VisionInput;
import io.github.qwenvlspark.runtime.position.MropePositions;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.position.VisionWindows;
import io.github.qwenvlspark.runtime.position.VisualSpan;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Normalization;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.PixelValues;
import io.github.qwenvlspark.runtime.preprocess.PreparedVisual;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualPreprocessor;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import io.github.qwenvlspark.runtime.prompt.ChatTemplate;
import io.github.qwenvlspark.runtime.prompt.Prompt;
import io.github.qwenvlspark.runtime.prompt.PromptText;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import io.github.qwenvlspark.runtime.tokenizer.StopStrings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Turns a request into model input, on the caller's thread: resize, patches, prompt, tokens,
 * positions. Thread-safe; equal requests give equal input.
 */
final class RequestPreparer {
  /** Four patches become one token. */
  private static final long TOKEN_BYTES = 4L * PixelValues.PATCH_VALUES * Float.BYTES;

  private final Checkpoint checkpoint;
  private final QwenTokenizer tokenizer;
  private final ChatTemplate template;
  private final VisualPreprocessor preprocessor;
  private final VideoRule videoRule;
  private final VisionConfig vision;
  private final List<Integer> padTokens;
  private final int maxContextTokens;
  private final ResponseSchemas schemas;

  /** For prompts of any length. */
  RequestPreparer(Checkpoint checkpoint, QwenTokenizer tokenizer, Alternatives alternatives) {
    this(checkpoint, tokenizer, alternatives, Integer.MAX_VALUE);
  }

  RequestPreparer(
      Checkpoint checkpoint,
      QwenTokenizer tokenizer,
      Alternatives alternatives,
      int maxContextTokens) {
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.template = ChatTemplate.of(checkpoint.chatTemplate());
    PreprocessorConfig config = checkpoint.preprocessor();
    this.preprocessor =
        new VisualPreprocessor(
            alternatives.path(),
            new PixelLimits(config.minPixels(), config.maxPixels()),
            new Normalization(config.mean(), config.std()));
    this.videoRule = alternatives.videoRule();
    this.maxContextTokens = maxContextTokens;
    this.schemas = new ResponseSchemas(tokenizer, checkpoint.generation().eosTokenIds());
    ModelConfig model = checkpoint.config();
    this.vision = model.vision();
    this.padTokens = List.of(model.imageTokenId(), model.videoTokenId());
  }

  /**
   * What the model reads, and what the completion reports of its pictures.
   *
   * @throws QwenVlException INVALID_REQUEST if a picture cannot be resized or the prompt is
   *     unsound, PROMPT_TOO_LONG if the pictures alone can never fit
   */
  Prepared prepare(Request request) {
    long start = System.nanoTime();
    requireRoom(request);
    List<Completion.Visual> seen = new ArrayList<>();
    List<VisualSpan> spans = new ArrayList<>();
    List<VisionInput> inputs = new ArrayList<>();
    for (Message message : request.messages()) {
      for (Part part : message.content()) {
        if (part instanceof Part.Image image) {
          PreparedVisual visual = preprocessor.image(image.pixels(), image.size());
          spans.add(new VisualSpan.Image(visual.pixels().grid()));
          add(visual, image.pixels().isExact(), seen, inputs);
        } else if (part instanceof Part.Video video) {
          PreparedVisual visual = preprocessor.video(video.frames(), video.size());
          spans.add(
              new VisualSpan.Video(
                  visual.pixels().grid(), vision.secondPerGrid(video.sampleFps())));
          add(visual, true, seen, inputs);
        } else if (part instanceof Part.Resized clip) {
          PreparedVisual visual = preprocessor.resized(clip.frames(), clip.original());
          spans.add(
              new VisualSpan.Video(visual.pixels().grid(), vision.secondPerGrid(clip.sampleFps())));
          boolean exact = clip.frames().stream().allMatch(RgbImage::isExact);
          add(visual, exact, seen, inputs);
        } else if (part instanceof Part.Frames frames) {
          PreparedVisual visual = preprocessor.frames(frames.pictures(), frames.size());
          spans.add(
              new VisualSpan.Video(visual.pixels().grid(), vision.secondPerGrid(frames.fps())));
          boolean exact = frames.pictures().stream().allMatch(RgbImage::isExact);
          add(visual, exact, seen, inputs);
        }
      }
    }
    PromptOptions options = request.prompt();
    Set<String> neutralised =
        options.neutraliseSpecialTokens() ? tokenizer.specialStrings() : Set.of();
    PromptText text =
        template.render(request.messages(), options.visionIds(), new PromptText(neutralised));
    Prompt prompt =
        Prompt.of(text, tokenizer, padTokens, spans.stream().map(VisualSpan::grid).toList());
    MropePositions positions =
        MropePositions.of(prompt.inputIds(), padTokens, spans, vision.tokensPerSecond(), videoRule);
    PreparedRequest prepared =
        new PreparedRequest(
            prompt.inputIds(),
            positions.positions(),
            positions.next(),
            inputs,
            prompt.visualPositions(),
            ending(request),
            rule(request.generation()),
            Millis.since(start));
    return new Prepared(prepared, seen);
  }

  /**
   * A few words may ask for gigabytes of pixels: what can never fit is refused before it is made.
   *
   * @return the tokens of all pictures and clips
   */
  private long requireRoom(Request request) {
    long tokens =
        request.messages().stream()
            .flatMap(message -> message.content().stream())
            .mapToLong(this::visualTokens)
            .sum();
    requireRoom(tokens);
    return tokens;
  }

  private void requireRoom(long tokens) {
    if (tokens > maxContextTokens) {
      throw new QwenVlException(
          ErrorType.PROMPT_TOO_LONG,
          "The pictures and clips alone are %,d tokens and do not fit %,d; lower max_pixels, sample fewer frames, or raise spark.qwenvl.engine.maxContextTokens"
              .formatted(tokens, maxContextTokens));
    }
  }

  /** How sampled frames are resized as they come; refuses clips that can never fit. */
  FrameFit frameFit(VisualSize size) {
    FrameFit fit = preprocessor.frameFit(size);
    return FrameFit.of(withRoom(fit), withRoom(fit.ofPictures()));
  }

  private FrameFit withRoom(FrameFit fit) {
    return (height, width, frames) -> {
      FrameFit.Target target = fit.target(height, width, frames);
      requireRoom(VisualSizes.tokens(frames, new Size(target.height(), target.width())));
      return target;
    };
  }

  /**
   * Bytes of the patches that the request becomes.
   *
   * @throws QwenVlException as {@link #prepare} for pictures that can never fit
   */
  long pixelBytes(Request request) {
    return requireRoom(request) * TOKEN_BYTES;
  }

  /** See {@link InferenceEngine#pictureLimits}. */
  PixelLimits pictureLimits(VisualSize size) {
    return preprocessor.pictureLimits(size);
  }

  private long visualTokens(Part part) {
    if (part instanceof Part.Image image) {
      return VisualSizes.tokens(1, preprocessor.pictureSize(size(image.pixels()), image.size()));
    }
    if (part instanceof Part.Video video) {
      int frames = video.frames().size();
      return VisualSizes.tokens(
          frames, preprocessor.frameSize(size(video.frames().get(0)), frames, video.size()));
    }
    if (part instanceof Part.Resized clip) {
      return VisualSizes.tokens(clip.frames().size(), size(clip.frames().get(0)));
    }
    if (part instanceof Part.Frames frames) {
      return VisualSizes.tokens(
          frames.pictures().size(),
          preprocessor.pictureSize(size(frames.pictures().get(0)), frames.size()));
    }
    return 0;
  }

  private static Size size(RgbImage image) {
    return new Size(image.height(), image.width());
  }

  /** A request ready for the engine. */
  record Prepared(PreparedRequest request, List<Completion.Visual> seen) {}

  private Ending ending(Request request) {
    GenerationOptions options = request.generation();
    return new Ending(
        options.maxNewTokens(),
        Set.copyOf(checkpoint.generation().eosTokenIds()),
        stop(options),
        options.stopLoops() && options.responseSchema().isEmpty()
            ? Ending.Loops.STOPPED
            : Ending.Loops.ALLOWED,
        request.timeout());
  }

  private Supplier<StopCheck> stop(GenerationOptions options) {
    return options.stop().isEmpty()
        ? () -> StopCheck.NEVER
        : () -> new StopStrings(tokenizer, options.stop())::endsWith;
  }

  /** The request's wishes, the checkpoint's where it has none. */
  private TokenRule rule(GenerationOptions options) {
    GenerationDefaults defaults = checkpoint.generation();
    boolean draws =
        switch (options.mode()) {
          case GREEDY -> false;
          case SAMPLE -> true;
          case CHECKPOINT -> defaults.doSample();
        };
    return new TokenRule(
        or(options.repetitionPenalty(), defaults.repetitionPenalty()),
        draws
            ? new TokenRule.Sampling(
                true,
                or(options.temperature(), defaults.temperature()),
                options.topK() == GenerationOptions.UNSET ? defaults.topK() : options.topK(),
                or(options.topP(), defaults.topP()),
                or(options.minP(), defaults.minP()),
                options.seed())
            : TokenRule.Sampling.NONE,
        schemas.form(options));
  }

  private static double or(double wish, double fallback) {
    return wish == GenerationOptions.UNSET ? fallback : wish;
  }

  private void add(
      PreparedVisual visual,
      boolean exact,
      List<Completion.Visual> seen,
      List<VisionInput> inputs) {
    seen.add(
        new Completion.Visual(
            visual.original(), visual.resized(), visual.frames(), visual.pixels().grid(), exact));
    inputs.add(visionInput(visual.pixels()));
  }

  private VisionInput visionInput(PixelValues pixels) {
    ImageGrid grid = pixels.grid();
    return switch (vision.family()) {
      case QWEN2_VL ->
          new VisionInput(
              pixels.values(),
              VisionWindows.wholeFrames(grid).rowColumn(),
              grid.t(),
              Optional.empty());
      case QWEN2_5_VL -> {
        VisionWindows windows = new VisionWindows(grid, vision.windowSize(), vision.patchSize());
        yield new VisionInput(
            windows.toWindowOrder(pixels.values(), PixelValues.PATCH_VALUES),
            windows.rowColumn(),
            grid.t(),
            Optional.of(
                new VisionInput.Windows(
                    windows.gather(), windows.back(), windows.lengths(), windows.reverse())));
      }
    };
  }
}
