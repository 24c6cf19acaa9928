package io.github.qwenvlspark.pipeline.cli;

import io.github.qwenvlspark.pipeline.config.BadRequestException;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.job.AskJob;
import io.github.qwenvlspark.pipeline.job.AskRequest;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qwenvl ask}. */
@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    description =
        "Asks one question about one picture, page or clip; the answer is printed while it grows.")
final class AskCommand implements Callable<Integer> {
  private static final Pattern ABSOLUTE = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:|/).*");

  @Mixin private ModelOptions model;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Asked asked;

  @Parameters(
      paramLabel = "FILE",
      description = "A picture, PDF, TIFF or clip; a path or an address.")
  private String file;

  @Option(names = "--page", description = "Which page of a PDF or TIFF, from 1.")
  private Integer page;

  @Option(
      names = "--draw",
      description = "A PNG file for the picture with what was found painted over.")
  private Path draw;

  @Option(names = "--max-new-tokens", description = "Most tokens of the answer.")
  private Integer maxNewTokens;

  /** What is asked. */
  private static final class Asked {
    @Option(names = "--prompt", description = "The question.")
    private String prompt;

    @Option(names = "--task", description = "A task's question, such as ocr.")
    private String task;
  }

  @Override
  public Integer call() throws IOException {
    if (draw != null && !draw.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new BadRequestException("--draw %s: a file ending in .png is needed".formatted(draw));
    }
    PrintStream answer = new PrintStream(Session.output(), false, StandardCharsets.UTF_8);
    boolean answered =
        new AskJob(ModelAccess.qwenVl(), Session.progress(), answer, System.err)
            .ask(request(), settings());
    return answered ? 0 : 1;
  }

  /** One row needs no memory for a batch; answers do not depend on it. */
  private Settings settings() {
    String batch = RunSettings.MAX_BATCH.key();
    Map<String, String> overrides = model.overrides();
    if (!model.settings().values().containsKey(batch)) {
      overrides.put(batch, "1");
    }
    return Session.settings(overrides);
  }

  private AskRequest request() {
    return new AskRequest(
        model.model(),
        asked.task == null ? "prompt" : asked.task,
        Optional.ofNullable(asked.prompt),
        model.taskFolder(),
        ABSOLUTE.matcher(file).matches() ? file : Path.of(file).toAbsolutePath().toString(),
        page == null ? OptionalInt.empty() : OptionalInt.of(page),
        maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens),
        Optional.ofNullable(draw));
  }
}
