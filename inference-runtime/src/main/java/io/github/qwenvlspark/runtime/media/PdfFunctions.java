package io.github.qwenvlspark.runtime.media;

import java.lang.reflect.Field;
import java.util.Map;
import org.apache.pdfbox.pdmodel.common.function.PDFunctionType4;
import org.apache.pdfbox.pdmodel.common.function.type4.ExecutionContext;
import org.apache.pdfbox.pdmodel.common.function.type4.Operator;
import org.apache.pdfbox.pdmodel.common.function.type4.Operators;

/**
 * Lets the programs within a PDF, which compute colours and shadings, be ended between any two of
 * their steps. PDFBox keeps the steps in a private table, into which this class, alone, reaches.
 */
final class PdfFunctions {
  static {
    table().replaceAll((name, operator) -> new Watched(operator));
  }

  private PdfFunctions() {}

  /** Sees to it that programs can be ended from here on. */
  static void install() {}

  @SuppressWarnings("unchecked")
  private static Map<String, Operator> table() {
    try {
      Field shared = PDFunctionType4.class.getDeclaredField("OPERATORS");
      shared.setAccessible(true);
      Field operators = Operators.class.getDeclaredField("operators");
      operators.setAccessible(true);
      return (Map<String, Operator>) operators.get(shared.get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This version of PDFBox keeps its functions elsewhere; use the one that the build names",
          e);
    }
  }

  private record Watched(Operator operator) implements Operator {
    @Override
    public void execute(ExecutionContext context) {
      PdfWork.check();
      operator.execute(context);
    }
  }
}
