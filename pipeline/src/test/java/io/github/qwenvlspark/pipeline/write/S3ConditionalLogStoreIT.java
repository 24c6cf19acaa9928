package io.github.qwenvlspark.pipeline.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.storage.LogStore;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits to Delta's log in S3 by several drivers. */
@Tag("long")
class S3ConditionalLogStoreIT {
  private static final int COMMITS = 30;

  private static InProcessS3 s3;
  private String bucket;
  private Configuration hadoop;
  private LogStore log;

  @BeforeAll
  static void start() {
    s3 = InProcessS3.start();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @BeforeEach
  void open() {
    bucket = s3.createBucket("log");
    hadoop = s3.hadoopConf();
    log = new S3ConditionalLogStore(hadoop);
  }

  @Test
  void twoDriversAtATimeLoseNoCommit() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    List<Future<Integer>> ends =
        Stream.of("a", "b").map(name -> drivers.submit(() -> commits(name, both))).toList();
    for (Future<Integer> end : ends) {
      assertThat(end.get()).isLessThanOrEqualTo(COMMITS);
    }
    drivers.shutdown();

    List<String> written =
        IntStream.range(0, 2 * COMMITS).mapToObj(version -> content(version(version))).toList();
    assertThat(written)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of("a", "b")
                .flatMap(name -> IntStream.range(0, COMMITS).mapToObj(n -> name + n + "\n"))
                .toList());
    assertThat(commits()).hasSize(2 * COMMITS);
  }

  /** One driver: a configuration, so a file system, and a log store of its own. */
  private Integer commits(String name, CountDownLatch both) throws Exception {
    Configuration own = s3.hadoopConf();
    own.setBoolean("fs.s3a.impl.disable.cache", true);
    LogStore driver = new S3ConditionalLogStore(own);
    both.countDown();
    both.await();
    int written = 0;
    int refused = 0; // versions that the other one has
    while (written < COMMITS) {
      try {
        Path version = version(written + refused);
        driver.write(version, List.of(name + written).iterator(), false, own);
        written++;
      } catch (FileAlreadyExistsException e) {
        refused++;
      }
    }
    return refused;
  }

  @Test
  void aCommitThatIsThereIsRefusedAndStays() throws IOException {
    log.write(version(0), List.of("first").iterator(), false, hadoop);

    assertThatThrownBy(() -> log.write(version(0), List.of("other").iterator(), false, hadoop))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("00000000000000000000.json");
    assertThat(content(version(0))).isEqualTo("first\n");
  }

  @Test
  void aCommitWhoseAnswerGotLostIsKnownAsOnesOwn() throws IOException {
    log.write(version(0), List.of("first").iterator(), false, hadoop);
    s3.loseAnswersToWrites(bucket, Pattern.compile("1\\.json$"), 1);

    log.write(version(1), List.of("second", "line").iterator(), false, hadoop);

    assertThat(content(version(1))).isEqualTo("second\nline\n");
    assertThat(commits()).hasSize(2);
  }

  @Test
  void aCommitWhoseAnswerGotLostForGoodIsKnownAsOnesOwn() throws IOException {
    s3.loseAnswersToWrites(bucket, Pattern.compile("0\\.json$"), 1);
    Configuration impatient = new Configuration(hadoop);
    impatient.setInt("fs.s3a.retry.throttle.limit", 0);
    impatient.setInt("fs.s3a.attempts.maximum", 0);
    impatient.setBoolean("fs.s3a.impl.disable.cache", true);

    new S3ConditionalLogStore(impatient)
        .write(version(0), List.of("first").iterator(), false, impatient);

    assertThat(content(version(0))).isEqualTo("first\n");
  }

  @Test
  void filesThatMayBeWrittenAgainAre() throws IOException {
    Path last = new Path(version(0).getParent(), "_last_checkpoint");
    log.write(last, List.of("1").iterator(), true, hadoop);
    log.write(last, List.of("2").iterator(), true, hadoop);

    assertThat(content(last)).isEqualTo("2\n");
  }

  @Test
  void aHadoopThatCannotCreateConditionallyIsRefusedWithAWayOut() {
    Configuration without = new Configuration(hadoop);
    without.setBoolean("fs.s3a.create.conditional.enabled", false);
    without.setBoolean("fs.s3a.impl.disable.cache", true);

    assertThatThrownBy(() -> log.write(version(0), List.of("x").iterator(), false, without))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no conditional create")
        .hasMessageContaining("S3SingleDriverLogStore");
    assertThat(commits()).isEmpty();
  }

  @Test
  void aStoreThatIgnoresTheConditionIsFoundOutBeforeTheFirstCommit(
      @TempDir java.nio.file.Path temp) {
    Configuration careless = new Configuration();
    careless.setClass("fs.careless.impl", Careless.class, RawLocalFileSystem.class);
    Path commit = new Path("careless:" + temp + "/_delta_log/00000000000000000000.json");

    assertThatThrownBy(() -> log.write(commit, List.of("x").iterator(), false, careless))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("overwrote an object in spite of If-None-Match")
        .hasMessageContaining("S3SingleDriverLogStore");
    assertThat(temp.resolve("_delta_log")).isEmptyDirectory();
  }

  /** Says that it can create conditionally, and overwrites. */
  static final class Careless extends RawLocalFileSystem {
    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("careless:///");
    }

    @Override
    public String getScheme() {
      return "careless";
    }

    @Override
    public Overwriting createFile(Path path) {
      return new Overwriting(this, path);
    }

    @Override
    public boolean hasPathCapability(Path path, String capability) {
      return true;
    }
  }

  private static final class Overwriting
      extends FSDataOutputStreamBuilder<FSDataOutputStream, Overwriting> {
    private Overwriting(FileSystem files, Path path) {
      super(files, path);
    }

    @Override
    public Overwriting getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      return getFS().create(getPath(), true);
    }
  }

  /** Without the empty object by which s3a remembers a folder. */
  private List<String> commits() {
    return s3.keys(bucket).stream().filter(key -> !key.endsWith("/")).toList();
  }

  private Path version(int number) {
    return new Path("s3a://%s/table/_delta_log/%020d.json".formatted(bucket, number));
  }

  private String content(Path path) {
    return new String(s3.get(bucket, path.toUri().getPath().substring(1)), UTF_8);
  }
}
