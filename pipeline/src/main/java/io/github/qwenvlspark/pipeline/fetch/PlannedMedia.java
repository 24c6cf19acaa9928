package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.chat.MediaSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Media that a planned row names, read as they were when it was planned. Each is looked up once.
 * Confined to one thread.
 */
public final class PlannedMedia implements MediaSource {
  private final ReferencedMedia media;
  private final Map<String, Fetcher.Found> known = new HashMap<>();

  public PlannedMedia(ReferencedMedia media) {
    this.media = media;
  }

  /**
   * Looks up what {@code reference} names.
   *
   * @throws QwenVlException as {@link ReferencedMedia#find}
   */
  public Fetcher.Found find(String reference) {
    return known.computeIfAbsent(reference, media::find);
  }

  /**
   * Checks that the row would get the same key today.
   *
   * @param found everything that the row names, in its order
   * @param planned {@link ReferencedMedia#fingerprint} of the plan
   * @throws QwenVlException CHANGED
   */
  public void requireSame(List<Fetcher.Found> found, String planned) {
    if (!ReferencedMedia.fingerprint(found).equals(planned)) {
      throw new QwenVlException(
          ErrorType.CHANGED,
          "A picture or clip that the row names has changed since it was planned; the next run reads what it is now");
    }
  }

  @Override
  public byte[] read(String reference) {
    return media.fetcher().read(find(reference));
  }
}
