package io.github.qwenvlspark.pipeline.doctor;

import java.util.List;

/**
 * The Java that runs this.
 *
 * @param version such as 17.0.9
 */
record JavaCheck(Runtime.Version version) implements Check {
  private static final int JAVA = 17;

  @Override
  public List<Finding> look() {
    String detail = "Java " + version + ", " + System.getProperty("java.vm.name");
    return List.of(
        version.feature() == JAVA
            ? Finding.good("java", detail)
            : Finding.bad("java", detail + "; Spark needs Java 17 here: set JAVA_HOME"));
  }
}
