package io.github.qwenvlspark.runtime.verify;

import io.github.qwenvlspark.runtime.Device;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.checkpoint.Checkpoint;
import io.github.qwenvlspark.runtime.engine.Model;
import io.github.qwenvlspark.runtime.engine.PreparedRequest;
import io.github.qwenvlspark.runtime.tokenizer.QwenTokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * The checkpoint under test. Every part is opened when a check first needs it, once: what cannot be
 * opened fails the checks that need it, and no other. Confined to one thread.
 */
final class Subject implements AutoCloseable {
  /** Cache rows of the model: enough for a batch whose rows end up in other places. */
  static final int ROWS = 4;

  private final Path folder;
  private final Once<Checkpoint> checkpoint;
  private final Once<QwenTokenizer> tokenizer;
  private final Once<Preparation.Reader> reader;
  private final Once<Model> model;
  private final Once<List<Rehearsal>> rehearsals;
  private final Once<List<FileDigest>> files;

  Subject(Path folder, Preparation preparation, int maxTokens, Device device) {
    this.folder = folder;
    this.checkpoint = new Once<>(() -> Checkpoint.open(folder));
    this.tokenizer = new Once<>(() -> QwenTokenizer.open(checkpoint().tokenizerFile()));
    this.reader = new Once<>(() -> preparation.of(checkpoint(), tokenizer()));
    this.model = new Once<>(() -> new Model(checkpoint(), options(maxTokens).with(device)));
    this.rehearsals = new Once<>(() -> Rehearsal.all(this));
    this.files = new Once<>(() -> FileDigest.of(folder));
  }

  private static EngineOptions options(int maxTokens) {
    return new EngineOptions(
        EngineOptions.DEFAULT.threads(), ROWS, maxTokens, EngineOptions.DEFAULT.prefillChunk());
  }

  Path folder() {
    return folder;
  }

  Checkpoint checkpoint() {
    return checkpoint.get();
  }

  QwenTokenizer tokenizer() {
    return tokenizer.get();
  }

  PreparedRequest prepare(Request request) {
    return reader.get().read(request);
  }

  Model model() {
    return model.get();
  }

  /** The prompts of the self-consistency checks, each answered alone. */
  List<Rehearsal> rehearsals() {
    return rehearsals.get();
  }

  /** Digests of the files that decide answers. */
  List<FileDigest> files() {
    return files.get();
  }

  @Override
  public void close() {
    model.ifMade(Model::close);
    tokenizer.ifMade(QwenTokenizer::close);
  }
}
