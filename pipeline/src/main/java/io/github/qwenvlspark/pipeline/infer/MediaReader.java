package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.PlannedMedia;
import io.github.qwenvlspark.pipeline.fetch.ReferencedMedia;
import io.github.qwenvlspark.pipeline.plan.FrameSequence;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.tile.HugeRule;
import io.github.qwenvlspark.pipeline.tile.TileGrid;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.Conversation;
import io.github.qwenvlspark.runtime.chat.MediaSource;
import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The pixels of a planned row. Keeps the last PDF or TIFF open, since its pages come one after the
 * other. Confined to one thread; the caller closes it.
 */
public final class MediaReader implements AutoCloseable {
  private final Fetcher fetcher;
  private final RunSettings settings;
  private final ImageDecoder pictures;
  private final Pages pages;
  private final Clips clips;
  private final Sequences sequences;
  private final Function<VisualSize, FrameFit> fits;
  private double fetchMs;
  private PageFacts facts = PageFacts.NONE;

  /**
   * @param fits how frames of clips are resized as they come, such as {@link
   *     io.github.qwenvlspark.runtime.InferenceEngine#frameFit}
   */
  public MediaReader(Fetcher fetcher, RunSettings settings, Function<VisualSize, FrameFit> fits) {
    this.fetcher = fetcher;
    this.settings = settings;
    this.fits = fits;
    this.pictures =
        new ImageDecoder(settings.media(), settings.engine().alternatives().pictureRules());
    this.pages = new Pages(settings, pictures, this::open);
    this.clips = new Clips(settings, this::open, fits);
    this.sequences = new Sequences(settings, pictures, this::open, fits);
  }

  /** The picture, page or clip that {@code row} is about, as a part of a message. */
  public Part read(PlannedRow row, Task task) {
    fetchMs = 0;
    facts = PageFacts.NONE;
    VisualSize size =
        new VisualSize(positive(task.minPixels()), positive(task.maxPixels()), Optional.empty());
    return switch (row.part().kind()) {
      case "page" -> page(row, task, size);
      case "clip" -> clips.read(row, task, size);
      case "frames" -> sequences.read(row, frames(row), size);
      default -> picture(pictures.decode(fetch(row)), size);
    };
  }

  private Part page(PlannedRow row, Task task, VisualSize size) {
    RgbImage page = pages.read(row, task);
    facts = pages.facts(page);
    return new Part.Image(page, size);
  }

  private Part picture(RgbImage picture, VisualSize size) {
    facts = PageFacts.of(picture);
    return new Part.Image(picture, size);
  }

  /**
   * The tiles in which {@code task} wants a picture; empty where it is seen whole.
   *
   * @throws QwenVlException TOO_LARGE where huge pictures are refused, INVALID_REQUEST for a task
   *     that acts on a whole screen
   */
  Optional<TileGrid> tiles(Part.Image picture, Task task, PixelLimits limits) {
    Optional<TileGrid> tiles =
        new HugeRule(settings.pictures().of(task), limits.maxPixels())
            .tiles(new Size(picture.pixels().height(), picture.pixels().width()));
    if (tiles.isPresent() && task.answer() == AnswerFormat.TOOL_CALL) {
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "Task %s acts on a whole screen, which tiles do not show; set huge: downscale in its file"
              .formatted(task.name()));
    }
    return tiles;
  }

  /** The messages of a conversation, with all that it names. */
  List<Message> conversation(PlannedRow row, String json) {
    fetchMs = 0;
    facts = PageFacts.NONE;
    Conversation conversation = Conversation.parse(json, settings.media());
    PlannedMedia media = media(row);
    timed(
        () -> {
          media.requireSame(conversation.references(media::find), row.content());
          return media;
        });
    return conversation.load(
        name -> timed(() -> media.read(name)),
        settings.media(),
        settings.engine().alternatives(),
        fits);
  }

  /** Where the document itself is a zip of the frames, it names none. */
  private MediaSource frames(PlannedRow row) {
    FrameSequence frames = row.frames().orElseThrow();
    PlannedMedia media = media(row);
    if (!frames.names().isEmpty()) {
      timed(
          () -> {
            media.requireSame(
                frames.names().stream().map(media::find).toList(), frames.contentOf(row.content()));
            return media;
          });
    }
    return name -> timed(() -> media.read(name));
  }

  private PlannedMedia media(PlannedRow row) {
    return new PlannedMedia(new ReferencedMedia(fetcher, row.uri()));
  }

  private <T> T timed(Supplier<T> fetch) {
    long start = System.nanoTime();
    T fetched = fetch.get();
    fetchMs += (System.nanoTime() - start) / 1e6;
    return fetched;
  }

  /** Milliseconds that the last row spent fetching bytes. */
  double fetchMs() {
    return fetchMs;
  }

  /** Of the last row. */
  PageFacts facts() {
    return facts;
  }

  private byte[] fetch(PlannedRow row) {
    return timed(() -> fetcher.read(found(row)));
  }

  private MediaBytes open(PlannedRow row) {
    return new TimedBytes(fetcher.open(found(row)), ms -> fetchMs += ms);
  }

  private static Fetcher.Found found(PlannedRow row) {
    String content = row.frames().map(f -> f.contentOf(row.content())).orElse(row.content());
    return new Fetcher.Found(row.uri(), row.length(), content);
  }

  private static OptionalInt positive(int value) {
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }

  @Override
  public void close() {
    pages.close();
  }
}
