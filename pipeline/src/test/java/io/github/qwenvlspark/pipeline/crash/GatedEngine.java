package io.github.qwenvlspark.pipeline.crash;

import io.github.qwenvlspark.pipeline.crash.Gates.Point;
import io.github.qwenvlspark.pipeline.infer.EngineFactory;
import io.github.qwenvlspark.pipeline.job.ModelAccess;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.runtime.InferenceEngine;
import io.github.qwenvlspark.runtime.Part;
import io.github.qwenvlspark.runtime.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An engine that echoes, with gates before it is opened and before it is asked. */
final class GatedEngine {
  private GatedEngine() {}

  static ModelAccess access() {
    ModelAccess echo = EchoEngine.access();
    EngineFactory echoes = echo.engines();
    EngineFactory gated =
        (checkpoint, options) -> {
          pass(Point.ENGINE, checkpoint);
          return behindGates(echoes.open(checkpoint, options));
        };
    return new ModelAccess(echo.inspect(), echo.requireRoom(), echo.memory(), gated);
  }

  private static InferenceEngine behindGates(InferenceEngine engine) {
    return (InferenceEngine)
        Proxy.newProxyInstance(
            GatedEngine.class.getClassLoader(),
            new Class<?>[] {InferenceEngine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("submit")) {
                pass(Point.ASK, prompt((Request) arguments[0]));
              }
              try {
                return method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
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
