package io.github.qwenvlspark.udfs.sql;

import java.util.ServiceLoader;
import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives every session of an application the {@code qwenvl_} functions: {@code
 * spark.sql.extensions=io.github.qwenvlspark.udfs.sql.QwenVlExtensions}, beside other extensions,
 * separated by a comma. Those that ask the model come with the pipeline's jar.
 */
public final class QwenVlExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SqlFunction function : SqlFunctions.ALL) {
      function.addTo(extensions);
    }
    ServiceLoader.load(SessionPart.class, QwenVlExtensions.class.getClassLoader())
        .forEach(part -> part.addTo(extensions));
    return BoxedUnit.UNIT;
  }
}
