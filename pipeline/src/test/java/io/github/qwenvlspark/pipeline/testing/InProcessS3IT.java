package io.github.qwenvlspark.pipeline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Random;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InProcessS3IT {
  private static InProcessS3 s3;
  private static String bucket;
  private static FileSystem files;

  @BeforeAll
  static void start() throws IOException {
    s3 = InProcessS3.start();
    bucket = s3.createBucket("documents");
    files = FileSystem.get(URI.create("s3a://" + bucket), s3.hadoopConf());
  }

  @AfterAll
  static void stop() throws IOException {
    files.close();
    s3.close();
  }

  @Test
  void whatHadoopWritesInSeveralPartsIsStoredWhole() throws IOException {
    byte[] bytes = new byte[11_000_000];
    new Random(1).nextBytes(bytes);

    try (OutputStream out = files.create(path("large scan.pdf"))) {
      out.write(bytes);
    }

    assertThat(s3.get(bucket, "large scan.pdf")).isEqualTo(bytes);
  }

  @Test
  void oddKeysAndRangesAreRead() throws IOException {
    String key = "Büro/a + b c%20d.txt";
    s3.put(bucket, key, "0123456789".getBytes(UTF_8));

    Path path = path(key);
    byte[] middle = new byte[4];
    try (FSDataInputStream in = files.open(path)) {
      in.readFully(3, middle);
    }

    assertThat(new String(middle, UTF_8)).isEqualTo("3456");
    assertThat(files.getFileStatus(path).getLen()).isEqualTo(10);
    assertThat(s3.keys(bucket)).contains(key);
  }

  @Test
  void aMissingObjectIsNotFound() {
    assertThatThrownBy(() -> files.open(path("none"))).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void aForbiddenObjectIsDenied() {
    s3.put(bucket, "secret", new byte[] {1});
    s3.forbidReads(bucket, "secret");

    assertThatThrownBy(() -> read("secret")).isInstanceOf(AccessDeniedException.class);
  }

  @Test
  void aBusyStoreIsAskedAgain() throws IOException {
    s3.put(bucket, "busy", "here".getBytes(UTF_8));
    s3.failReads(bucket, "busy", 2);

    assertThat(read("busy")).isEqualTo("here");
    assertThat(s3.reads(bucket, "busy")).isEqualTo(3);
  }

  private static String read(String key) throws IOException {
    try (FSDataInputStream in = files.open(path(key))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static Path path(String key) {
    return new Path("s3a://%s/%s".formatted(bucket, key));
  }
}
