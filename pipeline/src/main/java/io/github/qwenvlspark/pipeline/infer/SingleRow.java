package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.fetch.Fetcher;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.TokenListener;

/** One planned row on an engine of its own: the way of a run, without Spark. */
public final class SingleRow {
  private SingleRow() {}

  /**
   * Opens the model, asks, and closes it.
   *
   * @param listener hears the answer while it grows
   * @throws io.github.qwenvlspark.runtime.QwenVlException if the model cannot be opened; what is
   *     wrong with the row is its outcome
   */
  public static RowOutcome ask(InferOptions options, PlannedRow row, TokenListener listener) {
    RunSettings settings = options.settings();
    Fetcher fetcher = new Fetcher(options.hadoop().value(), settings.media(), settings.fetch());
    try (InferenceEngine engine = options.engines().open(options.checkpoint(), settings.engine());
        RowInference inference =
            new RowInference(
                engine,
                new MediaReader(fetcher, settings, engine::frameFit),
                options.tasks(),
                settings.prompt(),
                settings.requestTimeout(),
                new PixelBudget(settings.ahead().bytesHere()))) {
      return inference.submit(row, listener).join();
    }
  }
}
