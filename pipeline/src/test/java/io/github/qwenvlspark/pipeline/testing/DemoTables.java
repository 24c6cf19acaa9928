package io.github.qwenvlspark.pipeline.testing;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.infer.FreshEngine;
import io.github.qwenvlspark.pipeline.job.Demo;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.job.Progress;
import io.github.qwenvlspark.pipeline.job.Progress.Style;
import io.github.qwenvlspark.pipeline.job.RunJob;
import io.github.qwenvlspark.pipeline.job.RunRequest;
import io.github.qwenvlspark.pipeline.write.OutputFolder;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tables of a run of the demo's model over some of its samples: made once for a test JVM. */
public final class DemoTables {
  private static final Demo DEMO = new Demo(Path.of("demo").toAbsolutePath());
  private static final List<String> SAMPLES =
      List.of(
          "note-00.png",
          "invoice-01.png",
          "receipt-02.png",
          "shapes-0.jpg",
          "letters-0.pdf",
          "moving-0.mp4",
          "moving-1.webm",
          "broken-page.pdf",
          "broken-text.jpg");

  private static Optional<OutputFolder> made = Optional.empty();

  private DemoTables() {}

  /** Where they are. */
  public static synchronized OutputFolder folder() throws IOException {
    if (made.isEmpty()) {
      made = Optional.of(make());
    }
    return made.get();
  }

  private static OutputFolder make() throws IOException {
    Path folder = Files.createTempDirectory("demo-tables");
    Path manifest = folder.resolve("manifest.jsonl");
    Path inputs = DEMO.folder().resolve("samples/inputs");
    Files.write(
        manifest,
        Files.readAllLines(DEMO.manifest()).stream()
            .filter(line -> SAMPLES.stream().anyMatch(name -> line.contains("/" + name + "\"")))
            .map(line -> line.replace("inputs/", inputs + "/"))
            .toList());
    OutputFolder output = new OutputFolder(folder.resolve("out").toString());
    FreshEngine.forget();
    new RunJob(LocalSpark.session(), ModelAccess.qwenVl(), new Progress(System.err, Style.SILENT))
        .run(
            new RunRequest(
                manifest.toString(),
                DEMO.model().toString(),
                output,
                List.of("ocr"),
                Optional.empty(),
                Optional.empty(),
                Retry.TRANSIENT,
                OptionalInt.empty()),
            new Settings(Map.of("spark.qwenvl.engine.maxContextTokens", "1024")));
    FreshEngine.forget();
    return output;
  }
}
