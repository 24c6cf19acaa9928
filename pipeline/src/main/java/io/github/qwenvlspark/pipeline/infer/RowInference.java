package io.github.qwenvlspark.pipeline.infer;

import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.pipeline.infer.RowOutcome.Times;
import io.github.qwenvlspark.pipeline.manifest.RequestKey;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Message;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.PromptOptions;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.Request;
import io.github.qwenvlspark.runtime.TokenListener;
import io.github.qwenvlspark.udfs.parse.AnswerParser;
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
    long start = System.nanoTime();
    if (row.failure().isPresent()) {
      return CompletableFuture.completedFuture(failed(row, "", Times.NONE, row.failure().get()));
    }
    Task task = tasks.get(row.task());
    String prompt = task.promptFor(row.labels());
    try {
      List<Message> messages =
          task.order() == ContentOrder.CONVERSATION
              ? media.conversation(row, prompt)
              : messages(task, prompt, media.read(row, task));
      double fetchMs = media.fetchMs();
      double mediaMs = since(start) - fetchMs;
      CompletableFuture<Completion> answer = ask(request(row, task, messages));
      CompletableFuture<RowOutcome> outcome =
          answer.handle(
              (completion, failure) -> {
                Times times = new Times(fetchMs, mediaMs, since(start));
                return failure == null
                    ? answered(row, task, prompt, times, completion)
                    : failed(row, prompt, times, failure);
              });
      // Whoever cancels the outcome withdraws the request.
      CompletableFuture<RowOutcome> unused =
          outcome.whenComplete((done, failure) -> answer.cancel(false));
      return outcome;
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(
          failed(row, prompt, new Times(media.fetchMs(), 0, since(start)), e));
    }
  }

  /** The pixels that the engine makes of the request are paid for until it is answered. */
  private CompletableFuture<Completion> ask(Request request) {
    Runnable giveBack = budget.take(engine.pixelBytes(request));
    try {
      CompletableFuture<Completion> answer = engine.submit(request, TokenListener.NONE);
      CompletableFuture<Completion> unused =
          answer.whenComplete((completion, failure) -> giveBack.run());
      return answer;
    } catch (Throwable e) {
      giveBack.run();
      throw e;
    }
  }

  private Request request(PlannedRow row, Task task, List<Message> messages) {
    return new Request(
        messages,
        task.generation().withSeed(RequestKey.seed(row.requestKey())),
        promptOptions,
        timeout);
  }

  private static List<Message> messages(Task task, String prompt, Part visual) {
    List<Message> messages = new ArrayList<>();
    if (!task.system().isEmpty()) {
      messages.add(Message.system(task.system()));
    }
    Part text = new Part.Text(prompt);
    messages.add(
        task.order() == ContentOrder.VISION_FIRST
            ? Message.user(visual, text)
            : Message.user(text, visual));
    return messages;
  }

  private static RowOutcome answered(
      PlannedRow row, Task task, String prompt, Times times, Completion completion) {
    try {
      return new RowOutcome.Answered(
          row, prompt, times, completion, AnswerParser.parse(task.answer(), completion.text()));
    } catch (UnparsableAnswerException e) {
      return new RowOutcome.Failed(
          row, prompt, times, ErrorType.OUTPUT_UNPARSABLE, e.getMessage(), Optional.of(completion));
    } catch (RuntimeException e) {
      return failed(row, prompt, times, e);
    }
  }

  private static RowOutcome failed(PlannedRow row, String prompt, Times times, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof QwenVlException typed) {
      return new RowOutcome.Failed(
          row, prompt, times, typed.type(), typed.getMessage(), Optional.empty());
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
        row, prompt, times, ErrorType.INTERNAL, cause.getClass().getName(), Optional.empty());
  }

  @Override
  public void close() {
    media.close();
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
