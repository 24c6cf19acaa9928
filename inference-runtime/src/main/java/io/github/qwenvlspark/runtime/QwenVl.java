package io.github.qwenvlspark.runtime;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A Qwen2.5-VL checkpoint, opened and ready to answer. Thread-safe. */
public final class QwenVl implements InferenceEngine {
  private final ModelInfo model;

  private QwenVl(ModelInfo model) {
    this.model = model;
  }

  /**
   * Opens a Hugging Face checkpoint directory.
   *
   * @throws QwenVlException if the directory holds no usable Qwen2.5-VL checkpoint
   */
  public static QwenVl open(Path checkpoint, EngineOptions options) {
    return new QwenVl(new ModelInfo(checkpoint.toString(), "", options.toString(), "", "", ""));
  }

  /** Answers one request and waits for it. */
  public Completion generate(Request request) {
    return submit(request, TokenListener.NONE).join();
  }

  @Override
  public CompletableFuture<Completion> submit(Request request, TokenListener listener) {
    return CompletableFuture.failedFuture(
        new QwenVlException(ErrorType.INTERNAL, "The engine is not built yet"));
  }

  @Override
  public ModelInfo model() {
    return model;
  }

  @Override
  public void close() {}
}
