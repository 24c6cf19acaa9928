package io.github.qwenvlspark.pipeline.config;

import io.github.qwenvlspark.runtime.Alternatives;
import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.EngineOptions.Scheduling;
import io.github.qwenvlspark.runtime.Precision;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.PictureRules.Exif;
import io.github.qwenvlspark.runtime.media.PictureRules.WideGray;
import io.github.qwenvlspark.runtime.position.VideoRule;
import io.github.qwenvlspark.runtime.preprocess.PreprocessorPath;
import io.github.qwenvlspark.runtime.prompt.VisionIds;
import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that {@code spark.qwenvl.*} decides about a run, checked. Travels to executors.
 *
 * @param prompt how messages become prompts
 * @param eitherPrecision whether 8 bits may take the place of float32 where memory asks for it
 * @param pdf how pages of PDFs become pictures
 * @param pictures what becomes of huge pictures
 * @param video how clips are split
 * @param maxInFlight rows of one partition that are prepared, waiting or with the engine at once
 * @param ahead what an executor may spend on preparing them
 * @param requestTimeout how long a row may be with the engine; zero for no limit
 * @param fetch how objects are read from their stores
 * @param faults what becomes of an engine that fails
 * @param waves how answers are committed
 */
public record RunSettings(
    EngineOptions engine,
    boolean eitherPrecision,
    MediaLimits media,
    PromptOptions prompt,
    PdfSettings pdf,
    PictureSettings pictures,
    VideoSettings video,
    int maxInFlight,
    PrepareAhead ahead,
    Duration requestTimeout,
    FetchSettings fetch,
    FaultSettings faults,
    WaveSettings waves)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Setting<Device> DEVICE =
      Setting.device("spark.qwenvl.device", "cpu")
          .doc(
              "Where the model runs: cpu, cuda (the first GPU of the executor) or cuda:n; see below.");
  static final Setting<Integer> THREADS =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.engine.threads", 0))
          .doc("Threads of the model in each executor; 0 takes all cores of the executor.");
  public static final Setting<Integer> MAX_BATCH =
      Setting.atLeast(1, Setting.integer("spark.qwenvl.engine.maxBatch", 8))
          .doc("Rows that generate together; each holds maxContextTokens of KV cache.");
  static final Setting<Integer> MAX_CONTEXT =
      Setting.atLeast(16, Setting.integer("spark.qwenvl.engine.maxContextTokens", 6144))
          .doc("Most tokens of one row, prompt and answer together.");
  static final Setting<Integer> PREFILL_CHUNK =
      Setting.atLeast(4, Setting.integer("spark.qwenvl.engine.prefillChunk", 512))
          .doc("Most prompt tokens that are read in one step; answers do not depend on it.");
  static final Setting<Integer> MAX_CACHE =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.engine.maxCacheTokens", 0))
          .doc(
              "Most tokens of all rows together, answers at their longest; 0 is maxBatch x maxContextTokens.");
  static final Setting<Long> VISUAL_CACHE =
      Setting.atLeast(0L, Setting.bytes("spark.qwenvl.engine.visualCache", "128m"))
          .doc(
              "Embeddings kept in each executor's heap, so that several tasks on a page encode it once; 0 keeps none.");
  static final Setting<Integer> REQUEST_TIMEOUT =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.engine.requestTimeoutSeconds", 0))
          .doc(
              "Longest that a row may be with the engine, waiting included, before it ends as TIMEOUT; 0 is no limit.");
  static final Setting<Optional<Precision>> PRECISION =
      Setting.choice("spark.qwenvl.engine.precision", precisions())
          .doc("fp32 is exact; int8 and int4 are smaller; auto is fp32 if it fits, else int8.");
  static final Setting<Long> MEMORY_LIMIT =
      Setting.atLeast(0L, Setting.bytes("spark.qwenvl.engine.memoryLimit", "0"))
          .doc("Memory of a model outside the Java heap, such as 20g; 0 finds out, see below.");
  public static final Setting<String> ADAPTER =
      Setting.text("spark.qwenvl.engine.adapter", "")
          .doc("Folder of a LoRA adapter for the model, on driver and executors; empty for none.");
  static final Setting<String> CACHE_FOLDER =
      Setting.text("spark.qwenvl.engine.cacheFolder", "")
          .doc("Where computed weights are kept on each machine; empty is below java.io.tmpdir.");
  static final Setting<Boolean> ADD_VISION_ID =
      Setting.flag("spark.qwenvl.prompt.addVisionId", false)
          .doc("Announces pictures and clips by number (\"Picture 1: \", \"Video 1: \").");
  static final Setting<Boolean> NEUTRALISE =
      Setting.flag("spark.qwenvl.prompt.neutraliseSpecialTokens", true)
          .doc(
              "Keeps special tokens that a prompt spells ordinary text; the reference obeys them.");
  static final Setting<PreprocessorPath> PREPROCESSOR =
      Setting.choice("spark.qwenvl.preprocessor", preprocessors())
          .doc("Whose arithmetic takes pixels to the model; see below.");
  static final Setting<Boolean> APPLY_EXIF =
      Setting.flag("spark.qwenvl.media.applyExifOrientation", false)
          .doc(
              "Turns JPEG, PNG and WebP upright by their orientation tag; the reference does not.");
  static final Setting<Boolean> SCALE_16_BIT =
      Setting.flag("spark.qwenvl.media.scale16Bit", false)
          .doc(
              "Keeps the upper 8 bits of 16-bit gray; the reference clips at 255, which is white.");
  static final Setting<VideoRule> VIDEO_POSITIONS =
      Setting.choice("spark.qwenvl.video.positions", videoRules())
          .doc("How the time of a clip becomes positions; see below.");
  static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.infer.maxInFlight", 0))
          .doc(
              "Rows of one partition that are prepared or with the engine; 0 is twice engine.maxBatch.");
  static final Setting<Integer> PREPARE_THREADS =
      Setting.atLeast(0, Setting.integer("spark.qwenvl.infer.prepareThreads", 0))
          .doc(
              "Threads of an executor that fetch, decode and resize; 0 is twice its cores, at least 4.");
  static final Setting<Long> MAX_PREPARED_BYTES =
      Setting.atLeast(0L, Setting.bytes("spark.qwenvl.infer.maxPreparedBytes", "0"))
          .doc("Heap of an executor for pixels not yet answered; 0 is a quarter of its heap.");

  /** Every setting there is, in the order of the reference page. */
  public static final List<Setting<?>> ALL =
      Stream.of(
              List.of(
                  DEVICE,
                  THREADS,
                  MAX_BATCH,
                  MAX_CONTEXT,
                  PREFILL_CHUNK,
                  MAX_CACHE,
                  VISUAL_CACHE,
                  REQUEST_TIMEOUT,
                  PRECISION,
                  MEMORY_LIMIT,
                  ADAPTER,
                  CACHE_FOLDER),
              LimitSettings.ALL,
              List.of(ADD_VISION_ID, NEUTRALISE),
              PdfSettings.ALL,
              PictureSettings.ALL,
              VideoSettings.ALL,
              List.of(PREPROCESSOR, APPLY_EXIF, SCALE_16_BIT, VIDEO_POSITIONS),
              List.of(MAX_IN_FLIGHT, PREPARE_THREADS, MAX_PREPARED_BYTES),
              FaultSettings.ALL,
              FetchSettings.ALL,
              WaveSettings.ALL,
              SqlSettings.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  /**
   * Reads and checks all settings.
   *
   * @param executorCores cores of one executor, for the settings that follow them
   * @throws BadRequestException naming every wrong setting
   */
  public static RunSettings from(Settings settings, int executorCores) {
    int threads = settings.get(THREADS);
    Optional<Precision> precision = settings.get(PRECISION);
    int prepareThreads = settings.get(PREPARE_THREADS);
    int maxInFlight = settings.get(MAX_IN_FLIGHT);
    RunSettings result =
        new RunSettings(
            new EngineOptions(
                threads == 0 ? executorCores : threads,
                settings.get(DEVICE),
                precision.orElse(Precision.FP32),
                new Scheduling(
                    settings.get(MAX_BATCH),
                    settings.get(MAX_CONTEXT),
                    settings.get(PREFILL_CHUNK),
                    settings.get(MAX_CACHE),
                    settings.get(VISUAL_CACHE)),
                alternatives(settings),
                settings.get(ADAPTER),
                settings.get(CACHE_FOLDER),
                settings.get(MEMORY_LIMIT)),
            precision.isEmpty(),
            LimitSettings.from(settings),
            new PromptOptions(
                settings.get(ADD_VISION_ID) ? VisionIds.SHOWN : VisionIds.HIDDEN,
                settings.get(NEUTRALISE)),
            PdfSettings.from(settings),
            PictureSettings.from(settings),
            VideoSettings.from(settings),
            maxInFlight == 0
                ? (int) Math.min(2L * settings.get(MAX_BATCH), Integer.MAX_VALUE)
                : maxInFlight,
            new PrepareAhead(
                prepareThreads == 0 ? Math.max(4, 2 * executorCores) : prepareThreads,
                settings.get(MAX_PREPARED_BYTES)),
            Duration.ofSeconds(settings.get(REQUEST_TIMEOUT)),
            FetchSettings.from(settings),
            FaultSettings.from(settings),
            WaveSettings.from(settings));
    settings.requireSound(ALL);
    return result;
  }

  /** The same with a precision that was chosen. */
  public RunSettings with(Precision chosen) {
    return new RunSettings(
        engine.with(chosen),
        false,
        media,
        prompt,
        pdf,
        pictures,
        video,
        maxInFlight,
        ahead,
        requestTimeout,
        fetch,
        faults,
        waves);
  }

  private static Alternatives alternatives(Settings settings) {
    return new Alternatives(
        settings.get(PREPROCESSOR),
        settings.get(APPLY_EXIF) ? Exif.APPLIED : Exif.IGNORED,
        settings.get(SCALE_16_BIT) ? WideGray.SCALED : WideGray.CLIPPED,
        settings.get(VIDEO_POSITIONS));
  }

  private static Map<String, Optional<Precision>> precisions() {
    Map<String, Optional<Precision>> precisions = new LinkedHashMap<>();
    for (Precision precision : Precision.values()) {
      precisions.put(precision.label(), Optional.of(precision));
    }
    precisions.put("auto", Optional.empty());
    return precisions;
  }

  private static Map<String, PreprocessorPath> preprocessors() {
    Map<String, PreprocessorPath> paths = new LinkedHashMap<>();
    for (PreprocessorPath path : PreprocessorPath.values()) {
      paths.put(path.label(), path);
    }
    return paths;
  }

  /** The rules by their own names, and by the releases of transformers that follow them. */
  private static Map<String, VideoRule> videoRules() {
    Map<String, VideoRule> rules = new LinkedHashMap<>();
    for (VideoRule rule : VideoRule.values()) {
      rules.put(rule.label(), rule);
    }
    rules.put("hf-4.57", VideoRule.INT_MAX);
    rules.put("hf-5.17", VideoRule.INT_GRID);
    rules.put("hf-5.18", VideoRule.FLOAT_GRID);
    return rules;
  }
}
