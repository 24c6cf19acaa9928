package io.github.qwenvlspark.pipeline.rapids;

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
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.MutableURLClassLoader;

/**
 * Asks the RAPIDS accelerator what of a plan it would run on a GPU. Takes its jar, and neither a
 * GPU nor the plugin; by reflection, since no build depends on it. Confined to the thread that
 * opened it.
 */
final class Rapids {
  private static final Pattern OPERATOR =
      Pattern.compile(
          "\\s*(\\S) ?(?:Exec|Command|Output)? ?<(\\w+(?:Exec|Command|DataSource))> .*");

  private final ClassLoader loader;

  private Rapids(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * An operator of a plan, or what a command is or writes to.
   *
   * @param name such as {@code WindowExec}
   * @param onGpu whether it would run there, or would not be needed there
   */
  record Operator(String name, boolean onGpu) {
    private static Operator of(Matcher line) {
      return new Operator(line.group(2), "*#".contains(line.group(1)));
    }
  }

  /**
   * Loads it for this thread; before the first Spark session, which takes its classes from there.
   */
  static Rapids open(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("There is no jar of RAPIDS at " + jar);
    }
    Thread thread = Thread.currentThread();
    try {
      // RAPIDS adds the classes for this very Spark to it, and can do so to no other loader.
      ClassLoader loader =
          new MutableURLClassLoader(
              new URL[] {jar.toUri().toURL()}, thread.getContextClassLoader());
      thread.setContextClassLoader(loader);
      return new Rapids(loader);
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Cannot load " + jar, e);
    }
  }

  /** The operators of a query, its result first. */
  List<Operator> operators(Dataset<Row> query) {
    try {
      String explained =
          (String)
              loader
                  .loadClass("com.nvidia.spark.rapids.ExplainPlan")
                  .getMethod("explainPotentialGpuPlan", Dataset.class, String.class)
                  .invoke(null, query, "ALL");
      return explained
          .lines()
          .map(OPERATOR::matcher)
          .filter(Matcher::matches)
          .map(Operator::of)
          .toList();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("RAPIDS cannot explain a plan", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The jar holds another RAPIDS than was expected", e);
    }
  }

  /** The operators of something that Spark has done, such as a write. */
  List<Operator> operators(SparkSession spark, QueryExecution done) {
    Class<?> type = spark.emptyDataFrame().getClass();
    try {
      @SuppressWarnings("unchecked") // its rows are never asked for
      Dataset<Row> query =
          (Dataset<Row>)
              type.getConstructor(QueryExecution.class, Encoder.class)
                  .newInstance(done, Encoders.row(new StructType()));
      return operators(query);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has another constructor in this Spark", e);
    }
  }
}
