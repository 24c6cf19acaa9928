package io.github.qwenvlspark.pipeline.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.launcher.JavaModuleOptions;
import scala.util.Properties;

/**
 * A Spark installation in a folder: {@code jars} holds links to what the build found for a cluster,
 * {@code conf} a quiet logging. Starts Spark's own programs in processes of their own. Immutable.
 */
final class SparkHome {
  private static final Path CLASS_PATH = Path.of("target", "test-cluster.classpath");

  /** Masters and workers say when they are ready; anything else only if it matters. */
  private static final String LOGGING =
      """
      rootLogger.level = warn
      rootLogger.appenderRef.console.ref = console
      appender.console.type = Console
      appender.console.name = console
      appender.console.target = SYSTEM_ERR
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
      logger.master.name = org.apache.spark.deploy.master.Master
      logger.master.level = info
      logger.worker.name = org.apache.spark.deploy.worker.Worker
      logger.worker.level = info
      logger.native.name = org.apache.hadoop.util.NativeCodeLoader
      logger.native.level = error
      logger.host.name = org.apache.spark.util.Utils
      logger.host.level = error
      logger.metrics.name = org.apache.hadoop.metrics2
      logger.metrics.level = error
      """;

  private final Path folder;

  private SparkHome(Path folder) {
    this.folder = folder;
  }

  /** Installs Spark in a folder, which is emptied first. */
  static SparkHome install(Path home) {
    try {
      FileUtils.deleteDirectory(home.toFile()); // follows no links
      Path jars = Files.createDirectories(home.resolve("jars"));
      for (String entry : Files.readString(CLASS_PATH).strip().split(File.pathSeparator, -1)) {
        Path jar = Path.of(entry);
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
      Path conf = Files.createDirectories(home.resolve("conf"));
      Files.writeString(conf.resolve("log4j2.properties"), LOGGING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot install Spark from " + CLASS_PATH, e);
    }
    return new SparkHome(home);
  }

  /**
   * Starts one of Spark's programs; its output goes to {@code <name>.out} and {@code <name>.err} in
   * this folder.
   *
   * @param properties system properties of the new JVM
   * @param extraClassPath before Spark's own; may be empty
   */
  Process start(
      String name,
      Map<String, String> properties,
      String extraClassPath,
      String mainClass,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    Arrays.stream(JavaModuleOptions.defaultModuleOptions().split(" ", -1))
        .filter(option -> !option.contains("jdk.incubator.vector")) // only prints a warning
        .forEach(command::add);
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    String classPath = folder.resolve("conf") + File.pathSeparator + jars();
    command.addAll(
        List.of(
            "-cp",
            extraClassPath.isEmpty()
                ? classPath
                : extraClassPath + File.pathSeparator + classPath));
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectOutput(output(name).toFile()).redirectError(errors(name).toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("SPARK_"));
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_SCALA_VERSION", scalaLine());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + name, e);
    }
  }

  /** Such as {@code 2.13}. */
  private static String scalaLine() {
    String version = Properties.versionNumberString();
    return version.substring(0, version.lastIndexOf('.'));
  }

  /** From now on programs log all that we say, and what Spark says of its work. */
  void logMore() {
    try {
      Path logging = folder.resolve("conf").resolve("log4j2.properties");
      Files.writeString(
          logging,
          Files.readString(logging).replace("rootLogger.level = warn", "rootLogger.level = info")
              + "logger.ours.name = io.github.qwenvlspark\nlogger.ours.level = debug\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files in this folder that programs have written, but what they were given. */
  List<Path> written() {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.toString().endsWith(".jar"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jars() {
    return folder.resolve("jars") + File.separator + "*";
  }

  Path output(String name) {
    return folder.resolve(name + ".out");
  }

  Path errors(String name) {
    return folder.resolve(name + ".err");
  }

  /** What a program has written so far. */
  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
