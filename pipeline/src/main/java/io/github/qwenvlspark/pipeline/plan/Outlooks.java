package io.github.qwenvlspark.pipeline.plan;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.tile.HugeRule;
import io.github.qwenvlspark.pipeline.tile.TileGrid;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.ClipHeader;
import io.github.qwenvlspark.runtime.media.PictureHeader;
import io.github.qwenvlspark.runtime.media.TimeSpan;
import io.github.qwenvlspark.runtime.preprocess.FrameSampler;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import io.github.qwenvlspark.runtime.preprocess.VisualSizes;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How many visual tokens the parts of a document become under a task.
 *
 * <p>Exact where the header tells the size: pictures, pages of PDFs and TIFFs that were looked at,
 * lists of frames of one size. Of clips the number of frames is the container's word, of a stretch
 * its length times the frame rate. Where no header is read (zips of frames, conversations, and what
 * could not be read just now) the tokens are estimated from the length in bytes.
 *
 * @param sizes of the run's model
 */
record Outlooks(Task task, RunSettings settings, VisualSizes sizes) {
  /** A quarter of a byte for each of a token's 784 pixels, as photographs and scans have it. */
  private static final int BYTES_OF_A_TOKEN = 200;

  private static final int TOKEN_PIXELS = 28 * 28;

  /** A picture or page, seen whole or in tiles. */
  Outlook picture(Supplier<PictureHeader> header, long bytes) {
    return foretold(
        () -> {
          PictureHeader stated = header.get();
          Size size = new Size(stated.height(), stated.width());
          PictureLook look = new PictureLook(size);
          Optional<TileGrid> tiles = look.tiles();
          return tiles.isPresent()
              ? look.inTiles(tiles.get())
              : whole(VisualSizes.tokens(1, sizes.picture(size, wanted())));
        },
        () -> Outlook.tokens(Math.min(byLength(bytes), mostOfAPicture())));
  }

  /** A stretch of a clip. */
  Outlook clip(Supplier<ClipHeader> header, TimeSpan span, long bytes) {
    return foretold(
        () -> {
          ClipHeader clip = header.get();
          if (clip.fps() == 0) {
            return Outlook.refused(ErrorType.CORRUPT_MEDIA);
          }
          OptionalLong stated = clip.frames(span);
          if (stated.isEmpty()) {
            return byBytes(bytes);
          }
          int frames = (int) Math.min(stated.getAsLong(), settings.media().maxFrames());
          int sampled = sampler().count(frames, clip.fps());
          Size size = new Size(clip.height(), clip.width());
          return whole(VisualSizes.tokens(sampled, sizes.frame(size, sampled, wanted())));
        },
        () -> byBytes(bytes));
  }

  /** Pictures that are the frames of a clip, all as large as the first. */
  Outlook frames(int count, Supplier<PictureHeader> first, long bytes) {
    return foretold(
        () -> {
          PictureHeader stated = first.get();
          Size size = new Size(stated.height(), stated.width());
          return whole(VisualSizes.tokens(count, sizes.picture(size, wanted())));
        },
        () -> byBytes(bytes));
  }

  /** What is not looked into. */
  Outlook byBytes(long bytes) {
    return Outlook.tokens(byLength(bytes));
  }

  private static long byLength(long bytes) {
    return Math.max(1, bytes / BYTES_OF_A_TOKEN);
  }

  private long mostOfAPicture() {
    return (long) (sizes.pictureLimits(wanted()).maxPixels() / TOKEN_PIXELS);
  }

  /** A store that is weak just now says nothing of the document. */
  private static Outlook foretold(Supplier<Outlook> look, Supplier<Outlook> unread) {
    try {
      return look.get();
    } catch (QwenVlException e) {
      return e.type().retryable() ? unread.get() : Outlook.refused(e.type());
    }
  }

  private Outlook whole(long tokens) {
    return tokens > settings.engine().maxContextTokens()
        ? Outlook.refused(ErrorType.PROMPT_TOO_LONG)
        : Outlook.tokens(tokens);
  }

  private FrameSampler sampler() {
    return new FrameSampler.Rate(
            task.fps(),
            task.minFrames(),
            task.maxFrames() > 0 ? OptionalInt.of(task.maxFrames()) : OptionalInt.empty())
        .on(settings.engine().alternatives().path());
  }

  private VisualSize wanted() {
    return new VisualSize(positive(task.minPixels()), positive(task.maxPixels()), Optional.empty());
  }

  private static OptionalInt positive(int value) {
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }

  /** A picture of a known size. */
  private final class PictureLook {
    private final Size size;

    PictureLook(Size size) {
      this.size = size;
    }

    Optional<TileGrid> tiles() {
      double most = sizes.pictureLimits(wanted()).maxPixels();
      return new HugeRule(settings.pictures().of(task), most).tiles(size);
    }

    Outlook inTiles(TileGrid grid) {
      long tokens = VisualSizes.tokens(1, sizes.picture(grid.tile(), wanted()));
      return new Outlook(grid.count() * tokens, (int) grid.count(), Optional.empty());
    }
  }
}
