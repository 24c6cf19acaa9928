import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.EngineOptions;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.QwenVl;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.media.ImageDecoder;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import io.github.qwenvlspark.runtime.media.RgbImage;
import io.github.qwenvlspark.runtime.preprocess.VisualSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a folder of pages without Spark, as fast as the library can: what bench/spark-overhead.sh
 * compares {@code qwenvl run} with. As many threads as the model has read, decode and prepare.
 * Prints seconds to load, seconds for the pages, answered pages, tokens read and written, and seconds
 * inside the model.
 */
final class EngineAlone {
  private static final String PROMPT = "Read all the text.";

  private EngineAlone() {}

  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[0]);
    List<Path> pages;
    try (var files = Files.list(Path.of(args[1]))) {
      pages = files.sorted().toList();
    }
    GenerationOptions generation = GenerationOptions.checkpoint(Integer.parseInt(args[2])).withStopLoops(false);
    int threads = Integer.parseInt(args[3]);
    long start = System.nanoTime();
    try (QwenVl engine = QwenVl.open(model, new EngineOptions(threads, 8, 6144, 512))) {
      long loaded = System.nanoTime();
      List<Completion> answers = read(engine, pages, generation, threads);
      long done = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "%.3f %.3f %d %d %d %.3f%n",
          (loaded - start) / 1e9,
          (done - loaded) / 1e9,
          answers.size(),
          answers.stream().mapToInt(answer -> answer.usage().promptTokens()).sum(),
          answers.stream().mapToInt(answer -> answer.usage().completionTokens()).sum(),
          engine.occupancy().modelMs() / 1e3);
    }
  }

  private static List<Completion> read(
      QwenVl engine, List<Path> pages, GenerationOptions generation, int threads)
      throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(threads);
    List<Future<CompletableFuture<Completion>>> submitted = new ArrayList<>();
    for (Path page : pages) {
      submitted.add(
          readers.submit(
              () -> {
                RgbImage pixels = ImageDecoder.decode(Files.readAllBytes(page), MediaLimits.DEFAULT);
                Message question =
                    Message.user(
                        new Part.Image(pixels, VisualSize.DEFAULT), new Part.Text(PROMPT));
                return engine.submit(
                    new Request(List.of(question), generation), TokenListener.NONE);
              }));
    }
    List<Completion> answers = new ArrayList<>();
    for (Future<CompletableFuture<Completion>> future : submitted) {
      answers.add(future.get().join());
    }
    readers.shutdown();
    return answers;
  }
}
