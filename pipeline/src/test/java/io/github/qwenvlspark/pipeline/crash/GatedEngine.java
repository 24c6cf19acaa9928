package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.infer.EngineFactory;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.runtime.Completion;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An engine that echoes, with gates before it is opened and before it is asked. It may take its
 * time as a model does: one request after the other, each by its pixels.
 */
final class GatedEngine {
  private static final double PIXELS_OF_A_TOKEN = 28 * 28;

  /** What an answer takes, in visual tokens. */
  private static final int ANSWER = 20;

  private GatedEngine() {}

  /**
   * How a run gets at it.
   *
   * @param msPerVisualToken 0 to answer at once
   */
  static ModelAccess access(double msPerVisualToken) {
    ModelAccess echo = EchoEngine.access();
    EngineFactory echoes = echo.engines();
    EngineFactory gated =
        (checkpoint, options) -> {
          pass(Point.ENGINE, checkpoint);
          return behindGates(echoes.open(checkpoint, options), msPerVisualToken);
        };
    return echo.with(gated);
  }

  private static InferenceEngine behindGates(InferenceEngine engine, double msPerVisualToken) {
    ExecutorService model = Executors.newSingleThreadExecutor(GatedEngine::thread);
    return (InferenceEngine)
        Proxy.newProxyInstance(
            GatedEngine.class.getClassLoader(),
            new Class<?>[] {InferenceEngine.class},
            (proxy, method, arguments) -> {
              boolean asked = method.getName().equals("submit");
              if (asked) {
                pass(Point.ASK, prompt((Request) arguments[0]));
              }
              Object answer = invoke(engine, method, arguments);
              return asked && msPerVisualToken > 0
                  ? ((CompletableFuture<?>) answer)
                      .thenApplyAsync(
                          completion -> after((Completion) completion, msPerVisualToken), model)
                  : answer;
            });
  }

  private static Object invoke(InferenceEngine engine, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(engine, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Completion after(Completion completion, double msPerVisualToken) {
    long pixels =
        completion.visuals().stream()
            .mapToLong(visual -> (long) visual.original().height() * visual.original().width())
            .sum();
    try {
      Thread.sleep(Math.round(msPerVisualToken * (ANSWER + pixels / PIXELS_OF_A_TOKEN)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return completion;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "slow-model");
    thread.setDaemon(true);
    return thread;
  }

  private static String prompt(Request request) {
    return request.messages().stream()
        .flatMap(message -> message.content().stream())
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .findFirst()
        .orElseThrow();
  }

  private static void pass(Point point, String text) {
    try {
      Gates.pass(point, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
