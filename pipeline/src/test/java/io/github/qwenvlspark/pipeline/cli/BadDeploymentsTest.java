package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deployments with one fault each, really made: {@code doctor} names it, and what to do. */
class BadDeploymentsTest {
  private static final Path DEMO = Path.of("demo/qwen2.5-vl-demo");
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path temp;

  /** What makes a good deployment bad; gives more arguments of the command. */
  @FunctionalInterface
  interface Fault {
    List<String> in(Path model, Path temp) throws IOException;
  }

  /**
   * One bad deployment.
   *
   * @param finding that is bad
   * @param says parts of what is said, among them what to do
   */
  record Bad(String name, Fault fault, String finding, List<String> says) {
    Bad(String name, Fault fault, String finding, String... says) {
      this(name, fault, finding, List.of(says));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aFaultOfTheModelsFilesIsNamed(Bad bad) throws IOException {
    isNamed(bad);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void aFaultOfTheSettingsIsNamed(Bad bad) throws IOException {
    isNamed(bad);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("folders")
  void aFaultOfAFolderOrStoreIsNamed(Bad bad) throws IOException {
    isNamed(bad);
  }

  private void isNamed(Bad bad) throws IOException {
    Path model = Files.createDirectory(temp.resolve("model"));
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
    List<String> args =
        new ArrayList<>(
            List.of(
                "doctor",
                "--model",
                model.toString(),
                "--conf",
                "spark.qwenvl.engine.maxContextTokens=1024",
                "--conf",
                "spark.qwenvl.engine.cacheFolder=" + temp.resolve("cache")));
    args.addAll(bad.fault().in(model, temp));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int exit =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args.toArray(String[]::new));

    assertThat(exit).as("%s%s", out, err).isEqualTo(1);
    assertThat(out.toString())
        .contains(String.format("  %-16s BAD", bad.finding()))
        .contains(bad.says())
        .doesNotContain("load             good");
  }

  static Stream<Bad> files() {
    return Stream.of(
        new Bad(
            "no model folder",
            (model, temp) -> {
              FileUtils.deleteDirectory(model.toFile());
              return List.of();
            },
            "checkpoint",
            "no such folder; give a Hugging Face checkpoint directory"),
        new Bad(
            "missing shard",
            (model, temp) -> {
              Files.writeString(
                  model.resolve(INDEX),
                  "{\"weight_map\": {\"lm_head.weight\": \"model-00001-of-00002.safetensors\"}}");
              return List.of();
            },
            "checkpoint",
            "model-00001-of-00002.safetensors: named in " + INDEX,
            "missing; copy the checkpoint again"),
        new Bad(
            "truncated shard",
            (model, temp) -> {
              try (FileChannel file =
                  FileChannel.open(model.resolve(WEIGHTS), StandardOpenOption.WRITE)) {
                file.truncate(1_000_000);
              }
              return List.of();
            },
            "checkpoint",
            "bytes expected, 1,000,000 found; copy the checkpoint again"),
        new Bad(
            "a flipped bit in the weights",
            (model, temp) -> {
              byte[] bytes = Files.readAllBytes(model.resolve(WEIGHTS));
              bytes[bytes.length - 1] ^= 1;
              Files.write(model.resolve(WEIGHTS), bytes);
              return List.of();
            },
            "digests",
            WEIGHTS + " has another SHA-256 than was published: copy it again"),
        new Bad(
            "a listed file is missing",
            (model, temp) -> {
              Files.delete(model.resolve("tokenizer_config.json"));
              return List.of();
            },
            "digests",
            "tokenizer_config.json is missing, which SHA256SUMS lists"),
        new Bad(
            "weights that cannot be read",
            (model, temp) -> {
              Files.delete(model.resolve(WEIGHTS));
              Files.createDirectory(model.resolve(WEIGHTS));
              return List.of();
            },
            "checkpoint",
            WEIGHTS + ": cannot be read"),
        new Bad(
            "broken config.json",
            (model, temp) -> {
              Files.writeString(model.resolve("config.json"), "{\"model_type\": ");
              return List.of();
            },
            "checkpoint",
            "config.json"),
        new Bad(
            "another architecture",
            (model, temp) -> {
              Path config = model.resolve("config.json");
              ObjectNode json = (ObjectNode) MAPPER.readTree(config.toFile());
              json.put("model_type", "llava");
              MAPPER.writeValue(config.toFile(), json);
              return List.of();
            },
            "checkpoint",
            "config.json",
            "llava"),
        new Bad(
            "missing tokenizer",
            (model, temp) -> {
              Files.delete(model.resolve("tokenizer.json"));
              return List.of();
            },
            "checkpoint",
            "tokenizer.json: missing"),
        new Bad(
            "no chat template",
            (model, temp) -> {
              Files.delete(model.resolve("chat_template.json"));
              Files.delete(model.resolve("tokenizer_config.json"));
              return List.of();
            },
            "checkpoint",
            "no chat template"));
  }

  static Stream<Bad> settings() {
    return Stream.of(
        set(
            "an executor with four GPUs",
            "gpu placement",
            List.of(
                "spark.master=spark://m:7077",
                "spark.qwenvl.device=cuda",
                "spark.executor.cores=8",
                "spark.executor.resource.gpu.amount=4",
                "spark.task.resource.gpu.amount=0.125"),
            "amount = 4: one executor has one GPU and one engine; set 1"),
        set(
            "tasks that leave cores idle",
            "gpu placement",
            List.of(
                "spark.master=spark://m:7077",
                "spark.qwenvl.device=cuda",
                "spark.executor.cores=8",
                "spark.executor.resource.gpu.amount=1",
                "spark.task.resource.gpu.amount=0.5"),
            "2 of 8 tasks would share the GPU, and cores stay idle; set 0.125"),
        set(
            "RAPIDS takes the whole card",
            "gpu placement",
            List.of("spark.qwenvl.device=cuda", "spark.plugins=com.nvidia.spark.SQLPlugin"),
            "allocFraction = (missing, so all of it)",
            "set 0.15"),
        set(
            "RAPIDS without its jar",
            "rapids",
            List.of("spark.plugins=com.nvidia.spark.SQLPlugin"),
            "give spark-submit --jars rapids-4-spark_2.13-VERSION.jar"),
        set(
            "an overhead too small for the model",
            "executor",
            List.of(
                "spark.master=yarn",
                "spark.executor.memory=4g",
                "spark.executor.memoryOverhead=64m"),
            "set spark.executor.memoryOverhead="),
        set(
            "a heap too small for Spark",
            "executor",
            List.of(
                "spark.master=yarn",
                "spark.executor.memory=600m",
                "spark.executor.memoryOverhead=64m"),
            "set spark.executor.memory=1152m or more",
            "set spark.executor.memoryOverhead="),
        set(
            "a heap too small for the pixels that are asked for",
            "executor",
            List.of(
                "spark.master=yarn",
                "spark.executor.memory=2g",
                "spark.executor.memoryOverhead=8g",
                "spark.qwenvl.infer.maxPreparedBytes=1g"),
            "set spark.executor.memory=2176m or more"),
        set(
            "a limit too small for the model",
            "memory fp32",
            List.of("spark.qwenvl.engine.memoryLimit=1m"),
            "does not fit",
            "KV cache (lower with maxBatch or maxContextTokens)"),
        set(
            "a session without Delta's extension",
            "delta session",
            List.of("spark.sql.extensions=com.nvidia.Extensions"),
            "lacks Delta: add io.delta.sql.DeltaSparkSessionExtension"),
        set(
            "a session with another catalog",
            "delta session",
            List.of("spark.sql.catalog.spark_catalog=org.apache.iceberg.spark.SparkSessionCatalog"),
            "is not Delta's: set org.apache.spark.sql.delta.catalog.DeltaCatalog"));
  }

  static Stream<Bad> folders() {
    return Stream.of(
        new Bad(
            "a full disk",
            (model, temp) -> List.of("--min-free", "8000t"),
            "spark folder",
            "8192000.0 GiB are asked for (--min-free): free some, or set spark.local.dir"),
        set(
            "a scratch folder that is not there",
            "spark folder",
            List.of("spark.local.dir=/no/such/folder"),
            "/no/such/folder cannot be written to: make it, or set spark.local.dir"),
        new Bad(
            "a cache folder that is a file",
            (model, temp) ->
                List.of(
                    "--conf",
                    "spark.qwenvl.engine.cacheFolder="
                        + Files.writeString(temp.resolve("file"), "x")),
            "cache folder",
            "set spark.qwenvl.engine.cacheFolder"),
        new Bad(
            "an output that cannot be written",
            (model, temp) ->
                List.of("--output", Files.writeString(temp.resolve("file"), "x") + "/out"),
            "output",
            "cannot be written to",
            "look at the path, the store's jar and its credentials"),
        new Bad(
            "an input that is not there",
            (model, temp) -> List.of("--uri", temp.resolve("none").toString()),
            "store",
            "nothing is there"),
        new Bad(
            "an unknown store",
            (model, temp) -> List.of("--uri", "nostore://bucket/a"),
            "store",
            "put its jar on Spark's class path"),
        new Bad(
            "a task file with a misspelled key",
            (model, temp) -> {
              Path folder = Files.createDirectory(temp.resolve("tasks"));
              Files.writeString(folder.resolve("mine.yaml"), "task: mine\npromt: Read.\n");
              return List.of("--tasks-dir", folder.toString());
            },
            "tasks",
            "mine.yaml",
            "promt"));
  }

  private static Bad set(String name, String finding, List<String> conf, String... says) {
    return new Bad(
        name,
        (model, temp) -> conf.stream().flatMap(pair -> Stream.of("--conf", pair)).toList(),
        finding,
        says);
  }
}
