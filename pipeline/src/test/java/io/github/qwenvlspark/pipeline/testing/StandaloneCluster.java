package io.github.qwenvlspark.pipeline.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Spark cluster of real processes on 127.0.0.1: a master and two workers with one core each, so
 * that an application runs on two executors. Confined to one thread.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Pattern MASTER_URL =
      Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("(Successfully registered) with master");

  /** Two names of one machine: Spark runs no task twice at a time on one host. */
  private static final List<String> HOSTS = List.of("127.0.0.1", "localhost");

  private final Path folder;
  private final SparkHome home;
  private final List<Process> daemons = new ArrayList<>();
  private final List<Submission> submissions = new ArrayList<>();
  private String masterUrl = "";

  private StandaloneCluster(Path folder) {
    this.folder = folder;
    this.home = SparkHome.install(folder);
  }

  /**
   * Starts a cluster; the caller closes it.
   *
   * @param name names its folder under {@code target/clusters}, which is emptied first and keeps
   *     the logs of all processes
   */
  public static StandaloneCluster start(String name) {
    return start(name, Map.of());
  }

  /**
   * Starts a cluster whose workers have settings such as {@code spark.worker.resource.gpu.amount};
   * the caller closes it.
   */
  public static StandaloneCluster start(String name, Map<String, String> workerSettings) {
    StandaloneCluster cluster =
        new StandaloneCluster(Path.of("target", "clusters", name).toAbsolutePath());
    try {
      cluster.startMaster();
      cluster.startWorkers(workerSettings);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void startMaster() {
    Process master =
        home.start(
            "master",
            Map.of(),
            "",
            "org.apache.spark.deploy.master.Master",
            List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
    daemons.add(master);
    masterUrl = await("master", master, MASTER_URL);
  }

  private void startWorkers(Map<String, String> settings) {
    for (int i = 0; i < HOSTS.size(); i++) {
      Path scratch = folder.resolve(worker(i));
      List<String> arguments =
          List.of(
              "--host",
              HOSTS.get(i),
              "--port",
              "0",
              "--webui-port",
              "0",
              "--cores",
              "1",
              "--memory",
              "2g",
              "--work-dir",
              scratch.toString(),
              masterUrl);
      daemons.add(
          home.start(worker(i), settings, "", "org.apache.spark.deploy.worker.Worker", arguments));
    }
    for (int i = 0; i < HOSTS.size(); i++) {
      await(worker(i), daemons.get(1 + i), REGISTERED);
    }
  }

  private static String worker(int index) {
    return "worker-" + index;
  }

  /** Waits for a line in a program's log; gives the pattern's first group. */
  private String await(String name, Process process, Pattern line) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      boolean ended = ends(process, POLL);
      String log = SparkHome.read(home.errors(name));
      Matcher found = line.matcher(log);
      if (found.find()) {
        return found.group(1);
      }
      if (ended || System.nanoTime() > deadline) {
        throw new IllegalStateException("The %s did not start:%n%s".formatted(name, log));
      }
    }
  }

  /**
   * Applications that are started from now on log in detail, and keep Spark's event log too.
   *
   * @return what an application must be told for that
   */
  public Map<String, String> logMore() {
    home.logMore();
    try {
      Path events = Files.createDirectories(folder.resolve("events"));
      return Map.of(
          "spark.eventLog.enabled", "true",
          "spark.eventLog.compress", "false",
          "spark.eventLog.dir", events.toUri().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Logs of all processes, and whatever else they wrote into the cluster's folder. */
  public List<Path> logs() {
    return home.written();
  }

  /** {@code spark://127.0.0.1:port}. */
  public String masterUrl() {
    return masterUrl;
  }

  /** Runs an application to its end; see {@link #start(Path, Map, String, String...)}. */
  public SubmitResult submit(
      Path appJar, Map<String, String> conf, String mainClass, String... arguments) {
    return start(appJar, conf, mainClass, arguments).await();
  }

  /**
   * Starts an application with spark-submit in client mode: the driver is a process of its own, and
   * the first Spark task waits until both executors are there.
   *
   * @param conf wins over the defaults set here
   */
  public Submission start(
      Path appJar, Map<String, String> conf, String mainClass, String... arguments) {
    return start(appJar.toAbsolutePath().toString(), conf, mainClass, arguments);
  }

  /**
   * Starts an application whose classes {@code conf} names by {@code spark.driver.extraClassPath}
   * and {@code spark.executor.extraClassPath}.
   */
  public Submission start(Map<String, String> conf, String mainClass, String... arguments) {
    return start("spark-internal", conf, mainClass, arguments);
  }

  private Submission start(
      String resource, Map<String, String> conf, String mainClass, String... arguments) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.driver.host", "127.0.0.1");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.executor.cores", "1");
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.sql.shuffle.partitions", "2");
    settings.put("spark.sql.session.timeZone", "UTC");
    settings.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    settings.put(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    settings.put("spark.databricks.delta.snapshotPartitions", "2");
    settings.put("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2");
    settings.putAll(conf);

    String master = settings.getOrDefault("spark.master", masterUrl);
    List<String> command =
        new ArrayList<>(
            List.of("--master", master, "--deploy-mode", "client", "--class", mainClass));
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.add(resource);
    command.addAll(List.of(arguments));

    String name = "driver-" + submissions.size();
    String classPath = settings.getOrDefault("spark.driver.extraClassPath", "");
    Process driver =
        home.start(name, Map.of(), classPath, "org.apache.spark.deploy.SparkSubmit", command);
    Submission submission = new Submission(name, driver);
    submissions.add(submission);
    return submission;
  }

  /** The executors that run now; a test may end one to see what an application makes of it. */
  public List<ProcessHandle> executors() {
    return daemons.stream().skip(1).flatMap(Process::children).toList();
  }

  /** Ends the drivers that still run, so that the next test has the cluster for itself. */
  public void killDrivers() {
    submissions.forEach(Submission::kill);
  }

  /** Ends drivers, executors, workers and the master; may be called twice. */
  @Override
  public void close() {
    killDrivers();
    List<ProcessHandle> executors = executors();
    daemons.forEach(Process::destroy);
    for (Process daemon : daemons) {
      if (!ends(daemon, Duration.ofSeconds(10))) {
        daemon.destroyForcibly();
      }
    }
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean ends(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a process", e);
    }
  }

  /** What an application left. */
  public record SubmitResult(int exitCode, String out, String err) {
    /** Everything it wrote, standard output first. */
    public String output() {
      return out + err;
    }
  }

  /** An application that was started. */
  public final class Submission {
    private final String name;
    private final Process driver;

    private Submission(String name, Process driver) {
      this.name = name;
      this.driver = driver;
    }

    /** Waits until the driver ends. */
    public SubmitResult await() {
      if (!ends(driver, RUN_LIMIT)) {
        kill();
        throw new IllegalStateException(
            "Not finished after %s:%n%s".formatted(RUN_LIMIT, output()));
      }
      return result(driver.exitValue());
    }

    /** Waits until both executors run, and gives them. */
    public List<ProcessHandle> awaitExecutors() {
      long deadline = System.nanoTime() + START_LIMIT.toNanos();
      while (executors().size() < HOSTS.size()) {
        if (ends(driver, POLL) || System.nanoTime() > deadline) {
          throw new IllegalStateException("No executors:%n%s".formatted(output()));
        }
      }
      return executors();
    }

    /** What the driver has written so far. */
    public String output() {
      return result(-1).output();
    }

    /** Whether the driver still runs. */
    public boolean isAlive() {
      return driver.isAlive();
    }

    /** Ends the driver at once, as a lost machine would. */
    public void kill() {
      driver.destroyForcibly();
      ends(driver, Duration.ofSeconds(10));
    }

    private SubmitResult result(int exitCode) {
      return new SubmitResult(
          exitCode, SparkHome.read(home.output(name)), SparkHome.read(home.errors(name)));
    }
  }
}
