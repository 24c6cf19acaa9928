package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.fetch.ReferencedMedia;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.chat.Conversation;
import io.github.qwenvlspark.runtime.chat.MediaSource;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The pixels of a planned row. Keeps the last PDF open, since its pages come one after the other.
 * Confined to one thread; the caller closes it.
 */
public final class MediaReader implements AutoCloseable {
  private final Fetcher fetcher;
  private final RunSettings settings;
  private final ImageDecoder pictures;
  private final PdfPages pages;
  private final Clips clips;
  private final Sequences sequences;
  private double fetchMs;

  public MediaReader(Fetcher fetcher, RunSettings settings) {
    this.fetcher = fetcher;
    this.settings = settings;
    this.pictures =
        new ImageDecoder(settings.media(), settings.engine().alternatives().pictureRules());
    this.pages = new PdfPages(settings, this::fetch);
    this.clips = new Clips(settings, this::fetch);
    this.sequences = new Sequences(settings, pictures, this::fetch);
  }

  /** The picture, page or clip that {@code row} is about, as a part of a message. */
  public Part read(PlannedRow row, Task task) {
    fetchMs = 0;
    VisualSize size =
        new VisualSize(positive(task.minPixels()), positive(task.maxPixels()), Optional.empty());
    return switch (row.part().kind()) {
      case "page" -> new Part.Image(pages.read(row), size);
      case "clip" -> clips.read(row, task, size);
      case "frames" -> sequences.read(row, media(row), size);
      default -> new Part.Image(pictures.decode(fetch(row)), size);
    };
  }

  /** The messages of a conversation, with all that it names. */
  List<Message> conversation(PlannedRow row, String json) {
    fetchMs = 0;
    return Conversation.parse(json, settings.media())
        .load(media(row), settings.media(), settings.engine().alternatives());
  }

  /** What a row names, read on the clock. */
  private MediaSource media(PlannedRow row) {
    ReferencedMedia media = new ReferencedMedia(fetcher, row.uri());
    return name -> {
      long start = System.nanoTime();
      byte[] bytes = media.read(name);
      fetchMs += (System.nanoTime() - start) / 1e6;
      return bytes;
    };
  }

  /** Milliseconds that the last row spent fetching bytes. */
  double fetchMs() {
    return fetchMs;
  }

  private byte[] fetch(PlannedRow row) {
    long start = System.nanoTime();
    byte[] bytes = fetcher.read(new Fetcher.Found(row.uri(), row.length(), row.content()));
    fetchMs += (System.nanoTime() - start) / 1e6;
    return bytes;
  }

  private static OptionalInt positive(int value) {
    return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
  }

  @Override
  public void close() {
    pages.close();
  }
}
