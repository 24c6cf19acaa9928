package io.github.qwenvlspark.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.tables.DeltaTable;
import io.github.qwenvlspark.pipeline.job.Demo.Sample;
import io.github.qwenvlspark.pipeline.job.DemoJob;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster;
import io.github.qwenvlspark.pipeline.testing.StandaloneCluster.SubmitResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code run} as users start it: on a laptop, over S3, and through spark-submit. */
class RunIT {
  private static final Path SAMPLES = Path.of("demo/samples/inputs").toAbsolutePath();
  private static final String MODEL = Path.of("demo/qwen2.5-vl-demo").toAbsolutePath().toString();
  private static final String SMALL_CACHE = "spark.qwenvl.engine.maxContextTokens=1024";

  private static final String PASSWORD = "Op3nSesame";
  private static final String PLANTED = "This text was Pl4nted into a file that is no picture.";
  private static final String LOCKED =
      """
      {"id": "locked.pdf", "uri": "in/locked.pdf", "password": "%s", "customer": "Smith"}
      {"id": "text.jpg", "uri": "in/text.jpg", "note": "A note that was Pl4nted"}
      """
          .formatted(PASSWORD);

  @TempDir Path temp;

  @Test
  void badFilesEndAsOneTypedRowEachAndTheOthersAreRead() throws IOException {
    Path manifest = temp.resolve("manifest.csv");
    Files.createFile(temp.resolve("zero.png"));
    Files.copy(SAMPLES.resolve("broken-truncated.png"), temp.resolve("truncated.png"));
    Files.writeString(temp.resolve("text.jpg"), "This is a text file, not a picture.");
    encryptedPdf(temp.resolve("locked.pdf"), "user");
    Files.copy(SAMPLES.resolve("receipt-02.png"), temp.resolve("good, with comma.png"));
    Files.writeString(
        manifest,
        """
        id,uri,customer
        1,missing.png,a
        2,zero.png,b
        3,truncated.png,c
        4,locked.pdf,d
        5,text.jpg,e
        6,"good, with comma.png",f
        """);

    Outcome first = run(manifest.toString(), temp.resolve("out").toString());
    assertThat(first.exitCode()).as(first.text()).isZero();
    assertThat(first.text()).contains("6 requests = 1 answered + 5 errors + 0 skipped");
    assertThat(rows(temp.resolve("out") + "/results", Map.of()))
        .containsExactly(
            "1 NOT_FOUND a",
            "2 CORRUPT_MEDIA b",
            "3 CORRUPT_MEDIA c",
            "4 ENCRYPTED_DOCUMENT d",
            "5 UNSUPPORTED_MEDIA e",
            "6 ok f");

    Outcome second = run(manifest.toString(), temp.resolve("out").toString());
    assertThat(second.exitCode()).as(second.text()).isZero();
    assertThat(second.text()).contains("6 requests = 0 answered + 0 errors + 6 skipped");

    Outcome retried = run(manifest.toString(), temp.resolve("out").toString(), "--retry-errors");
    assertThat(retried.text()).contains("6 requests = 0 answered + 5 errors + 1 skipped");
    assertThat(rows(temp.resolve("out") + "/results", Map.of())).hasSize(6);
  }

  @Test
  void wrongRequestsEndBeforeAnySparkTaskWithOneMessage() throws IOException {
    Path manifest =
        Files.writeString(temp.resolve("list.txt"), SAMPLES.resolve("receipt-02.png") + "\n");
    Path other = Files.createDirectories(temp.resolve("llava"));
    Files.writeString(other.resolve("config.json"), "{\"model_type\": \"llava\"}");

    assertRefused(
        execute(
            "run",
            "--manifest",
            manifest.toString(),
            "--model",
            MODEL,
            "--output",
            out(),
            "--task",
            "ocr",
            "--conf",
            "spark.qwenvl.media.maxByte=1"),
        "spark.qwenvl.media.maxByte: no such setting; did you mean spark.qwenvl.media.maxBytes?");
    assertRefused(
        execute(
            "run",
            "--manifest",
            manifest.toString(),
            "--model",
            temp.resolve("none").toString(),
            "--output",
            out(),
            "--task",
            "ocr"),
        "no such folder");
    assertRefused(
        execute(
            "run",
            "--manifest",
            manifest.toString(),
            "--model",
            other.toString(),
            "--output",
            out(),
            "--task",
            "ocr"),
        "model_type is \"llava\"");
    assertRefused(
        execute(
            "run",
            "--manifest",
            manifest.toString(),
            "--model",
            MODEL,
            "--output",
            out(),
            "--task",
            "orc"),
        "No task \"orc\"");
    assertRefused(
        execute(
            "run",
            "--manifest",
            temp.resolve("none.csv").toString(),
            "--model",
            MODEL,
            "--output",
            out(),
            "--task",
            "ocr"),
        "nothing is there");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void documentsInS3BecomeATableInS3() throws IOException {
    try (InProcessS3 s3 = InProcessS3.start()) {
      String bucket = s3.createBucket("documents");
      put(s3, bucket);
      List<String> conf = new ArrayList<>();
      s3.sparkConf().forEach((key, value) -> conf.addAll(List.of("--conf", key + "=" + value)));

      Outcome outcome =
          run(
              "s3a://%s/manifest.jsonl".formatted(bucket),
              "s3a://%s/out".formatted(bucket),
              conf.toArray(String[]::new));

      assertThat(outcome.exitCode()).as(outcome.text()).isZero();
      assertThat(rows("s3a://%s/out/results".formatted(bucket), s3.sparkConf()))
          .containsExactlyElementsOf(expectedInS3());
    }
  }

  @Test
  void sparkSubmitReadsTheDemoOnTwoExecutorProcessesAndTellsNoLogWhatItRead() throws IOException {
    try (InProcessS3 s3 = InProcessS3.start();
        StandaloneCluster cluster = StandaloneCluster.start("RunIT")) {
      String bucket = s3.createBucket("submit");
      putDemo(s3, bucket);
      Map<String, String> conf = new TreeMap<>(s3.sparkConf());
      conf.putAll(cluster.logMore());
      conf.put("spark.qwenvl.engine.maxContextTokens", "1024");

      SubmitResult result =
          cluster.submit(
              Path.of("target/qwen-vl-spark.jar"),
              conf,
              Main.class.getName(),
              "run",
              "--manifest",
              "s3a://%s/manifest.jsonl".formatted(bucket),
              "--model",
              MODEL,
              "--output",
              "s3a://%s/out".formatted(bucket),
              "--task",
              "ocr");

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.out()).contains("126 requests = 119 answered + 7 errors + 0 skipped");
      String table = "s3a://%s/out/results".formatted(bucket);
      assertThat(rows(table, s3.sparkConf()))
          .contains("locked.pdf ok Smith", "text.jpg UNSUPPORTED_MEDIA null");
      Map<Sample, String> answers = answers(table, s3.sparkConf());
      assertThat(answers).containsAllEntriesOf(goldens());
      assertLogsTellNothing(
          cluster.logs(),
          Stream.of(lines(answers.values()), s3.secrets().stream(), Stream.of("Pl4nted", PASSWORD))
              .flatMap(secrets -> secrets)
              .toList());
    }
  }

  /** The demo's samples, a document with a password, and a file and a label with planted text. */
  private void putDemo(InProcessS3 s3, String bucket) throws IOException {
    Path samples = SAMPLES.getParent();
    try (Stream<Path> files = Files.walk(samples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        s3.put(bucket, samples.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    Path locked = temp.resolve("locked.pdf");
    encryptedPdf(locked, PASSWORD);
    s3.put(bucket, "in/locked.pdf", Files.readAllBytes(locked));
    s3.put(bucket, "in/text.jpg", PLANTED.getBytes(StandardCharsets.UTF_8));
    String manifest = Files.readString(samples.resolve("manifest.jsonl")) + LOCKED;
    s3.put(bucket, "manifest.jsonl", manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** What the reference wrote. */
  private static Map<Sample, String> goldens() throws IOException {
    Map<Sample, String> goldens = new HashMap<>();
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(SAMPLES.resolveSibling("golden_outputs.jsonl"))) {
      JsonNode golden = json.readTree(line);
      goldens.put(
          new Sample(
              golden.path("file").asText(),
              golden.path("page").asInt(),
              golden.path("task").asText()),
          golden.path("text").asText());
    }
    return goldens;
  }

  /** Of driver, executors, master, workers, and Spark's event log; ours at DEBUG. */
  private static void assertLogsTellNothing(List<Path> logs, List<String> secrets)
      throws IOException {
    assertThat(secrets).hasSizeGreaterThan(8);
    assertThat(logs).anyMatch(log -> log.toString().matches(".*/worker-0/app-.*/stderr"));
    assertThat(logs).anyMatch(log -> log.toString().contains("/events/"));
    for (Path log : logs) {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      assertThat(secrets)
          .as("%s", log)
          .allSatisfy(
              secret ->
                  assertThat(text.contains(inLatin1(secret))).as("holds \"%s\"", secret).isFalse());
    }
  }

  private static String inLatin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static Map<Sample, String> answers(String table, Map<String, String> conf)
      throws IOException {
    try (SparkSession spark = session(conf)) {
      return DemoJob.answers(DeltaTable.forPath(spark, table).toDF());
    }
  }

  /** Those that nobody but the model would write. */
  private static Stream<String> lines(Collection<String> answers) {
    return answers.stream().flatMap(String::lines).map(String::strip).filter(l -> l.length() >= 10);
  }

  private static void put(InProcessS3 s3, String bucket) throws IOException {
    StringBuilder manifest = new StringBuilder();
    for (String name :
        List.of("receipt-02.png", "invoice-09.jpg", "letters-0.pdf", "broken-empty.png")) {
      s3.put(bucket, "in/ä + " + name, Files.readAllBytes(SAMPLES.resolve(name)));
      manifest.append("{\"id\": \"%s\", \"uri\": \"in/ä + %s\"}%n".formatted(name, name));
    }
    s3.put(bucket, "in/moving-0.mp4", Files.readAllBytes(SAMPLES.resolve("moving-0.mp4")));
    manifest.append(
        "{\"id\": \"clip\", \"uri\": \"s3a://%s/in/moving-0.mp4\", \"task\": \"video_caption\"}%n"
            .formatted(bucket));
    s3.put(bucket, "manifest.jsonl", manifest.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> expectedInS3() {
    return List.of(
        "broken-empty.png CORRUPT_MEDIA null",
        "clip ok null",
        "invoice-09.jpg ok null",
        "letters-0.pdf ok null",
        "receipt-02.png ok null");
  }

  private String out() {
    return temp.resolve("out").toString();
  }

  private static void assertRefused(Outcome outcome, String message) {
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(Main.BAD_REQUEST);
    assertThat(outcome.text()).contains(message).doesNotContain("\tat ");
  }

  private static Outcome run(String manifest, String output, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "run",
                "--manifest",
                manifest,
                "--model",
                MODEL,
                "--output",
                output,
                "--task",
                "ocr",
                "--conf",
                SMALL_CACHE));
    args.addAll(Arrays.asList(more));
    return execute(args.toArray(String[]::new));
  }

  /** What a command left. */
  private record Outcome(int exitCode, String text) {}

  private static Outcome execute(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      int exitCode = Main.execute(args);
      return new Outcome(exitCode, bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Each result as {@code source_id}, status or error type, and the customer's label; sorted. */
  private static List<String> rows(String table, Map<String, String> conf) throws IOException {
    try (SparkSession spark = session(conf)) {
      List<String> rows = new ArrayList<>();
      for (Row row :
          DeltaTable.forPath(spark, table)
              .toDF()
              .selectExpr("source_id", "coalesce(error.type, status)", "labels['customer']")
              .collectAsList()) {
        rows.add("%s %s %s".formatted(row.get(0), row.get(1), row.get(2)));
      }
      return rows.stream().sorted().toList();
    }
  }

  private static SparkSession session(Map<String, String> conf) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    conf.forEach(builder::config);
    return builder.getOrCreate();
  }

  private static void encryptedPdf(Path file, String password) throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      document.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
      document.save(file.toFile());
    }
  }
}
