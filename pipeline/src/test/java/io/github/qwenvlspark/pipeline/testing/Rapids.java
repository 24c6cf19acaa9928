package io.github.qwenvlspark.pipeline.testing;

import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.util.MutableURLClassLoader;

/**
 * Asks the RAPIDS accelerator what of a plan it would run on a GPU. Needs its jar, and neither a
 * GPU nor the plugin; nothing of RAPIDS is on the class path of the build.
 */
public final class Rapids {
  /** Path of the jar; the profile {@code rapids} gives it. */
  private static final String JAR = "rapids.jar";

  private final ClassLoader loader;

  private Rapids(ClassLoader loader) {
    this.loader = loader;
  }

  /** One operator of a plan, from the root down, or what a command writes to. */
  public record Operator(String name, boolean onGpu, String verdict) {
    private static final Pattern LINE =
        Pattern.compile("^\\s*(\\S)\\s*(?:Exec|Command|Output|NOT_FOUND) <(\\w+)> (.*)$");

    static List<Operator> all(String explanation) {
      return explanation
          .lines()
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .map(line -> new Operator(line.group(2), line.group(1).equals("*"), line.group(3)))
          .toList();
    }
  }

  /** Before the first Spark session: RAPIDS loads its classes through this thread's loader. */
  public static Rapids open() {
    Path jar = Path.of(System.getProperty(JAR));
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("There is no jar of RAPIDS at " + jar);
    }
    try {
      ClassLoader loader =
          new MutableURLClassLoader(
              new URL[] {jar.toUri().toURL()}, Thread.currentThread().getContextClassLoader());
      Thread.currentThread().setContextClassLoader(loader);
      return new Rapids(loader);
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Cannot load " + jar, e);
    }
  }

  /** What it says of a plan, expressions and all. */
  public String explain(Dataset<Row> rows) {
    try {
      return (String)
          loader
              .loadClass("com.nvidia.spark.rapids.ExplainPlan")
              .getMethod("explainPotentialGpuPlan", Dataset.class, String.class)
              .invoke(null, rows, "ALL");
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("RAPIDS cannot explain this plan", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This jar of RAPIDS is another one", e);
    }
  }

  /** The same of a plan that Spark has run, such as a write. */
  public String explain(SparkSession spark, QueryExecution run) {
    Class<?> type = spark.emptyDataFrame().getClass();
    try {
      @SuppressWarnings("unchecked") // a Dataset of what the encoder says
      Dataset<Row> rows =
          (Dataset<Row>)
              type.getConstructor(QueryExecution.class, Encoder.class)
                  .newInstance(run, Encoders.row(run.analyzed().schema()));
      return explain(rows);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is made in another way in this Spark", e);
    }
  }

  /** The operators of a plan. */
  public List<Operator> operators(Dataset<Row> rows) {
    return Operator.all(explain(rows));
  }
}
