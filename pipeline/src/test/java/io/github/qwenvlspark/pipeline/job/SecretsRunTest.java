package io.github.qwenvlspark.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.manifest.Manifest;
import io.github.qwenvlspark.pipeline.testing.EchoEngine;
import io.github.qwenvlspark.pipeline.write.ResultsTable.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Passwords and credentials in URIs are in no file that a run writes, whenever one looks. */
class SecretsRunTest extends EchoRuns {
  private static final String CODEC = "spark.sql.parquet.compression.codec";
  private static final String PASSWORD = "Op3nSesame";
  private static final String SIGNED = "https://127.0.0.1/a.png?X-Amz-Signature=Pl4ntedSignature";

  /** So that a plan is written down as well. */
  private static final Map<String, String> ONE_BY_ONE =
      Map.of(
          "spark.qwenvl.run.commitRequests", "1",
          "spark.qwenvl.engine.maxBatch", "1",
          "spark.qwenvl.fetch.schemes", "file,https");

  @BeforeEach
  void prepare() {
    spark.conf().set(CODEC, "uncompressed"); // so that text that is there can be found
    task("say", "text");
    files.text(
        "tasks/messages.yaml",
        """
        task: messages
        media: [image]
        prompt: "{messages}"
        order: conversation
        answer: text
        """);
  }

  @AfterEach
  void restore() {
    spark.conf().unset(CODEC);
  }

  private Path manifest() {
    files.encryptedPdf("in/locked.pdf", PASSWORD);
    for (int i = 0; i < 6; i++) {
      files.picture("in/%d.png".formatted(i), 60 + i, 40);
    }
    String messages =
        "[{\"role\":\"user\",\"content\":[{\"image\":\"0.png\"},{\"type\":\"text\",\"text\":\"%s\"}]},{\"role\":\"user\",\"content\":[{\"image\":\"%s\"}]}]";
    StringBuilder manifest = new StringBuilder();
    manifest.append("{\"uri\":\"locked.pdf\",\"password\":\"%s\"}%n".formatted(PASSWORD));
    manifest.append("{\"uri\":\"%s\"}%n".formatted(SIGNED));
    manifest.append("{\"frames\":[\"0.png\",\"%s\"]}%n".formatted(SIGNED));
    manifest.append(
        "{\"task\":\"messages\",\"messages\":%s}%n".formatted(messages.formatted("hi", SIGNED)));
    for (int i = 0; i < 6; i++) {
      manifest.append("{\"uri\":\"%d.png\"}%n".formatted(i));
    }
    return files.text("in/m.jsonl", manifest.toString());
  }

  private static RunRequest withManifest(RunRequest request, String manifest) {
    return new RunRequest(
        manifest,
        request.model(),
        request.output(),
        request.tasks(),
        request.prompt(),
        request.taskFolder(),
        request.retry(),
        request.limit());
  }

  private static List<String> filesWith(Path folder, String text) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(folder.relativize(file).toString());
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noFileOfARunHoldsAPasswordOrASignature() {
    RunRequest request = request(manifest(), Retry.TRANSIENT, "say");
    RunRequest shared = withManifest(request, "s3a://key:Pl4ntedKey@bucket/m.jsonl");
    Path out = folder.resolve("out");
    List<String> shown = new ArrayList<>();
    List<String> secret = new ArrayList<>();

    new RunJob(spark, EchoEngine.access(), new Progress(System.err, Progress.Style.SILENT))
        .run(
            new Manifest(spark).read(request.manifest(), request.tasks(), request.limit()),
            shared,
            new Settings(ONE_BY_ONE),
            answers -> { // the run is not over: its staging is there
              shown.addAll(filesWith(out, ShownUri.of(SIGNED)));
              secret.addAll(filesWith(out, PASSWORD));
              secret.addAll(filesWith(out, "Pl4nted"));
            });

    assertThat(shown)
        .anySatisfy(file -> assertThat(file).matches("_staging/[^/]*/inspected/.*parquet"))
        .anySatisfy(file -> assertThat(file).matches("_staging/[^/]*/plan/.*parquet"))
        .anySatisfy(file -> assertThat(file).startsWith("results/"));
    assertThat(secret).isEmpty();
    assertThat(filesWith(out, "Pl4nted")).isEmpty();
    assertThat(
            spark
                .read()
                .format("delta")
                .load(output().runs())
                .select("manifest")
                .head()
                .getString(0))
        .isEqualTo(ShownUri.of(shared.manifest()));
    assertThat(texts("concat_ws('|', regexp_extract(uri, '[^/?]*[.]...', 0), status)"))
        .contains("locked.pdf|ok", "0.png|ok", "5.png|ok");
    assertThat(texts("labels['messages']"))
        .anySatisfy(text -> assertThat(text).contains("\"0.png\"", ShownUri.of(SIGNED)));
  }
}
