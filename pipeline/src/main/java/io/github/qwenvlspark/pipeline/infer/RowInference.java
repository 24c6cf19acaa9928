package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Times;
import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.pipeline.tile.TileGrid;
import io.github.qwenvlspark.pipeline.tile.WholeAnswer;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.runtime.preprocess.PixelLimits;
import io.github.qwenvlspark.runtime.preprocess.Size;
import io.github.qwenvlspark.runtime.preprocess.SmartResize;
import io.github.qwenvlspark.udfs.parse.UnparsableAnswerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One planned row on its way through fetch, decode, prompt, engine and parser. Holds the one catch
 * for rows. Submits from one thread at a time; answers arrive on the engine's. Closes its reader.
 */
final class RowInference implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RowInference.class);

  private final InferenceEngine engine;
  private final MediaReader media;
  private final Map<String, Task> tasks;
  private final PromptOptions promptOptions;
  private final Duration timeout;
  private final PixelBudget budget;

  RowInference(
      InferenceEngine engine,
      MediaReader media,
      Map<String, Task> tasks,
      PromptOptions promptOptions,
      Duration timeout,
      PixelBudget budget) {
    this.engine = engine;
    this.media = media;
    this.tasks = tasks;
    this.promptOptions = promptOptions;
    this.timeout = timeout;
    this.budget = budget;
  }

  /**
   * Prepares the row here, then leaves it to the engine. The future fails only by an {@link Error}.
   */
  CompletableFuture<RowOutcome> submit(PlannedRow row) {
    return submit(row, TokenListener.NONE);
  }

  /**
   * The same while somebody listens. An answer that is put together from those of tiles is said
   * when it is complete.
   */
  CompletableFuture<RowOutcome> submit(PlannedRow row, TokenListener listener) {
    long start = System.nanoTime();
    if (row.failure().isPresent()) {
      return CompletableFuture.completedFuture(failed(row, "", Times.NONE, row.failure().get()));
    }
    Task task = tasks.get(row.task());
    String prompt = task.promptFor(row.labels());
    try {
      Question question = question(row, task, prompt);
      double fetchMs = media.fetchMs();
      double mediaMs = since(start) - fetchMs;
      PageFacts facts = media.facts();
      CompletableFuture<List<Completion>> answers = ask(row, task, question, listener).all();
      CompletableFuture<RowOutcome> outcome =
          answers.handle(
              (completions, failure) -> {
                Times times = new Times(fetchMs, mediaMs, since(start));
                return failure == null
                    ? answered(row, task, prompt, times, facts, question, completions)
                    : failed(row, prompt, times, failure);
              });
      // Whoever cancels the outcome withdraws the requests.
      CompletableFuture<RowOutcome> unused =
          outcome.whenComplete((done, failure) -> answers.cancel(false));
      return outcome;
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(
          failed(row, prompt, new Times(media.fetchMs(), 0, since(start)), e));
    }
  }

  private Question question(PlannedRow row, Task task, String prompt) {
    if (task.order() == ContentOrder.CONVERSATION) {
      return new Question.Whole(media.conversation(row, prompt));
    }
    Part visual = media.read(row, task);
    if (visual instanceof Part.Image picture) {
      Optional<TileGrid> tiles = media.tiles(picture, task, engine.pictureLimits(picture.size()));
      if (tiles.isPresent()) {
        return new Question.Tiled(tiles.get(), picture, part -> messages(task, prompt, part));
      }
    }
    return new Question.Whole(messages(task, prompt, visual));
  }

  /** Stops asking at the first failure. */
  private Asked ask(PlannedRow row, Task task, Question question, TokenListener listener) {
    TokenListener heard = question.requests() == 1 ? listener : TokenListener.NONE;
    Asked asked = new Asked(question.requests());
    for (int i = 0; i < question.requests() && !asked.all().isDone(); i++) {
      String name = question.name(i);
      try {
        asked.add(name, ask(request(row, task, question, i), heard));
      } catch (RuntimeException e) {
        asked.fail(name, e);
      } catch (Error e) {
        asked.fail(name, e); // which withdraws what was asked before
        throw e;
      }
    }
    return asked;
  }

  /**
   * The pixels that the engine makes of the request are paid for until it is answered. A row that
   * holds some for one tile and waits for more for the next cannot stop others: what it holds is
   * with the engine.
   */
  private CompletableFuture<Completion> ask(Request request, TokenListener listener) {
    Runnable giveBack = budget.take(engine.pixelBytes(request));
    try {
      CompletableFuture<Completion> answer = engine.submit(request, listener);
      CompletableFuture<Completion> unused =
          answer.whenComplete((completion, failure) -> giveBack.run());
      return answer;
    } catch (Throwable e) {
      giveBack.run();
      throw e;
    }
  }

  /** Each tile draws tokens of its own. */
  private Request request(PlannedRow row, Task task, Question question, int number) {
    String key = number == 0 ? row.requestKey() : row.requestKey() + " " + number;
    return new Request(
        question.messages(number),
        task.generation().withSeed(RequestKey.seed(key)),
        promptOptions,
        timeout);
  }

  private List<Message> messages(Task task, String prompt, Part visual) {
    List<Message> messages = new ArrayList<>();
    String system = system(task, visual);
    if (!system.isEmpty()) {
      messages.add(Message.system(system));
    }
    Part text = new Part.Text(prompt);
    messages.add(
        task.order() == ContentOrder.VISION_FIRST
            ? Message.user(visual, text)
            : Message.user(text, visual));
    return messages;
  }

  private String system(Task task, Part visual) {
    if (!task.saysSize() || !(visual instanceof Part.Image picture)) {
      return task.system();
    }
    Size original = new Size(picture.pixels().height(), picture.pixels().width());
    PixelLimits limits = engine.pictureLimits(picture.size());
    return task.systemFor(SmartResize.fit(original, limits, SmartResize.FACTOR));
  }

  private static RowOutcome answered(
      PlannedRow row,
      Task task,
      String prompt,
      Times times,
      PageFacts facts,
      Question question,
      List<Completion> completions) {
    try {
      WholeAnswer whole = question.answer(task.answer(), completions);
      return new RowOutcome.Answered(
          row,
          prompt,
          times,
          whole.completion(),
          whole.answer(),
          whole.mapping(),
          question.requests(),
          facts);
    } catch (UnparsableAnswerException e) {
      return new RowOutcome.Failed(
          row,
          prompt,
          times,
          ErrorType.OUTPUT_UNPARSABLE,
          e.getMessage(),
          1,
          Optional.of(question.verbatim(completions)));
    } catch (RuntimeException e) {
      return failed(row, prompt, times, e);
    }
  }

  private static RowOutcome failed(PlannedRow row, String prompt, Times times, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof QwenVlException typed) {
      return new RowOutcome.Failed(
          row, prompt, times, typed.type(), typed.getMessage(), typed.attempts(), Optional.empty());
    }
    if (cause instanceof Error fatal) {
      throw fatal; // not a row's fault: it fails the Spark task, which Spark retries
    }
    // Our bug, met by this row: the job goes on and says so. Messages may quote the document.
    LOG.error(
        "Request {} failed unexpectedly: {} at {}",
        row.requestKey(),
        cause.getClass().getName(),
        List.of(cause.getStackTrace()));
    return new RowOutcome.Failed(
        row, prompt, times, ErrorType.INTERNAL, cause.getClass().getName(), 1, Optional.empty());
  }

  @Override
  public void close() {
    media.close();
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
