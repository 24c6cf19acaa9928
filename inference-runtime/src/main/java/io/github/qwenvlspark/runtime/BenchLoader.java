package io.github.qwenvlspark.runtime;

import io.github.qwenvlspark.runtime.bench.Loader;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.checkpoint.ModelConfig;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.file.Path;
import java.util.Optional;

/** Loads for {@code bench} as {@link QwenVl#open} does. Confined to one thread. */
final class BenchLoader implements Loader {
  private final Checkpoint checkpoint;

  /** Opened when a first request is read. */
  private Optional<QwenTokenizer> tokenizer = Optional.empty();

  BenchLoader(Path folder) {
    this.checkpoint = Checkpoint.open(folder);
  }

  @Override
  public ModelConfig config() {
    return checkpoint.config();
  }

  @Override
  public Model load(EngineOptions options) {
    InferenceEngine.ModelInfo info = QwenVl.info(checkpoint, options);
    return new Model(QwenVl.withWeights(checkpoint, info, options), options);
  }

  @Override
  public PreparedRequest prepare(Request request) {
    if (tokenizer.isEmpty()) {
      tokenizer = Optional.of(QwenTokenizer.open(checkpoint.tokenizerFile()));
    }
    return new RequestPreparer(checkpoint, tokenizer.get(), Alternatives.REFERENCE)
        .prepare(request)
        .request();
  }

  @Override
  public void close() {
    tokenizer.ifPresent(QwenTokenizer::close);
    tokenizer = Optional.empty();
  }
}
