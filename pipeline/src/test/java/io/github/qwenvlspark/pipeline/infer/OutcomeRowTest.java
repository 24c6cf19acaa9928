package io.github.qwenvlspark.pipeline.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Tasks;
import io.github.qwenvlspark.pipeline.plan.Part;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.plan.Seal;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.write.ResultsTable;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.Completion.Visual;
import io.github.qwenvlspark.runtime.FinishReason;
import io.github.qwenvlspark.runtime.InferenceEngine.ModelInfo;
import io.github.qwenvlspark.runtime.preprocess.ImageGrid;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.udfs.parse.ParsedAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;

class OutcomeRowTest {
  private static final ModelInfo MODEL =
      new ModelInfo("model", "fingerprint", "float32", "cpu", "reference", "1");

  private final OutcomeRow rows =
      new OutcomeRow(
          new InferOptions(
              "run",
              "checkpoint",
              "fingerprint",
              Map.of("ocr", Tasks.load(Optional.empty()).get("ocr", "any")),
              DefaultSettings.get(),
              Seal.fresh(),
              (checkpoint, options) -> {
                throw new IllegalStateException("No engine is asked here");
              },
              new SerializableConfiguration(new Configuration(false))),
          MODEL);

  @Test
  void aRowSaysWhereItsPictureIsNotExactOrWasSeenInTiles() {
    Visual exact = new Visual(new Size(56, 84), new Size(28, 56), 1, new ImageGrid(1, 2, 4));
    Visual inexact = new Visual(exact.original(), exact.resized(), 1, exact.grid(), false);

    assertThat(preprocessor(1, exact)).isEqualTo("reference");
    assertThat(preprocessor(1, exact, inexact)).isEqualTo("reference (picture not exact)");
    assertThat(preprocessor(7, exact)).isEqualTo("reference (7 tiles)");
    assertThat(preprocessor(7, inexact)).isEqualTo("reference (picture not exact) (7 tiles)");
  }

  private String preprocessor(int tiles, Visual... seen) {
    Row row = rows.of(answered(List.of(seen), tiles));
    Row model = row.getStruct(ResultsTable.SCHEMA.fieldIndex("model"));
    return model.getString(4);
  }

  private static RowOutcome answered(List<Visual> seen, int tiles) {
    Completion completion =
        new Completion(
            "text",
            List.of(1),
            FinishReason.STOP,
            new Completion.Usage(1, 1, 1),
            seen,
            new Completion.Timing(0, 0, 0, 0, 0),
            new Completion.Quality(0, 0));
    PlannedRow row =
        new PlannedRow(
            "key",
            "id",
            "file:/a.avif",
            1,
            "content",
            new Part("image", 0),
            "ocr",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new RowOutcome.Answered(
        row,
        "prompt",
        RowOutcome.Times.NONE,
        completion,
        ParsedAnswer.NOTHING,
        Optional.empty(),
        tiles,
        PageFacts.NONE);
  }
}
