package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.media.FrameFit;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.util.concurrent.CompletableFuture;

/** Something that answers requests. Thread-safe; requests in flight together are batched. */
public interface InferenceEngine extends AutoCloseable {

  /**
   * Prepares the request on the calling thread (resize, patches, tokens), then queues it.
   *
   * <p>The future fails with a {@link QwenVlException}; cancelling it withdraws the request.
   *
   * @throws QwenVlException if the request itself is wrong or can never fit
   */
  CompletableFuture<Completion> submit(Request request, TokenListener listener);

  /**
   * Heap bytes of the pixels that {@link #submit} makes of the request and keeps until it is
   * answered, so that callers can bound what they send ahead.
   *
   * @throws QwenVlException INVALID_REQUEST if a picture cannot be resized, PROMPT_TOO_LONG if the
   *     pictures alone can never fit
   */
  long pixelBytes(Request request);

  /** Fewest and most pixels at which the model sees a picture of which {@code size} is wanted. */
  PixelLimits pictureLimits(VisualSize size);

  /**
   * How the sampled frames of a clip are resized, so that a reader keeps them as small as the model
   * sees them, as {@link Part.Resized}. The answer is that of {@link Part.Video}, or {@link
   * Part.Frames}, with this size.
   *
   * @return throws INVALID_REQUEST for frames that cannot be resized, PROMPT_TOO_LONG for a clip
   *     that alone can never fit
   */
  FrameFit frameFit(VisualSize size);

  /** What answers: recorded beside each answer. */
  ModelInfo model();

  /** How busy this engine has been since it started. */
  Occupancy occupancy();

  /** What it has on its hands now; cheap, and of any thread. */
  default EngineLoad load() {
    return EngineLoad.NONE;
  }

  @Override
  void close();

  /**
   * The model behind the answers.
   *
   * @param name folder name of the checkpoint, with that of an adapter behind a plus sign
   * @param fingerprint SHA-256 over the checkpoint's files that decide answers, in hex
   * @param precision such as {@code fp32}
   * @param device such as {@code cpu}
   * @param preprocessor the preprocessing path and what differs, see {@link Alternatives#label}
   */
  record ModelInfo(
      String name,
      String fingerprint,
      String precision,
      String device,
      String preprocessor,
      String runtimeVersion) {}
}
