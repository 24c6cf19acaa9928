package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.testing.DefaultSettings;
import io.github.qwenvlspark.pipeline.testing.SampleFiles;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetcherTest {
  @TempDir Path folder;

  private final Configuration hadoop = new Configuration();

  @BeforeEach
  void prepare() {
    hadoop.setClass("fs.flaky.impl", FlakyStore.class, RawLocalFileSystem.class);
    hadoop.setBoolean("fs.flaky.impl.disable.cache", true);
    FlakyStore.FAULTS_LEFT.set(0);
  }

  private Fetcher fetcher(long maxBytes) {
    return new Fetcher(
        hadoop, new MediaLimits(maxBytes, 100, 10, 10), settings("file,s3a,flaky,nosuch"));
  }

  private static FetchSettings settings(String schemes) {
    return DefaultSettings.with("spark.qwenvl.fetch.schemes", schemes).fetch();
  }

  /** A local file system that fails for so many opens first, by what the path says. */
  public static final class FlakyStore extends RawLocalFileSystem {
    static final AtomicInteger FAULTS_LEFT = new AtomicInteger();

    @Override
    public URI getUri() {
      return URI.create("flaky:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      if (FAULTS_LEFT.getAndDecrement() > 0) {
        String name = path.getName();
        throw name.startsWith("denied")
            ? new AccessControlException("no")
            : name.startsWith("forbidden")
                ? new AccessDeniedException("403")
                : name.startsWith("gone")
                    ? new FileNotFoundException("404")
                    : new IOException("503");
      }
      FSDataInputStream opened = super.open(path, bufferSize);
      if (path.getName().startsWith("turns")) {
        Files.setLastModifiedTime(Path.of(path.toUri().getPath()), FileTime.fromMillis(1_000));
      }
      return opened;
    }
  }

  private static void assertFails(ErrorType type, String message, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(QwenVlException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessage(message);
  }

  @Test
  void bytesAreThoseOfTheFile() {
    Path file = new SampleFiles(folder).text("a b.txt", "hello world");
    Fetcher.Found found = fetcher(100).find(file.toString());

    assertThat(found.length()).isEqualTo(11);
    assertThat(fetcher(100).read(found)).asString(StandardCharsets.UTF_8).isEqualTo("hello world");
    assertThat(fetcher(100).readHead(found, 5)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    assertThat(fetcher(100).readHead(found, 50)).hasSize(11);
  }

  @Test
  void theFingerprintChangesWithLengthOrTime() throws IOException {
    Path file = new SampleFiles(folder).text("a.txt", "one");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(fetcher(100).find(file.toString()).fingerprint())
        .isEqualTo("length:3,modified:1000000");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    String missing = folder.resolve("missing.png").toString();
    assertFails(ErrorType.NOT_FOUND, missing + " does not exist", () -> fetcher(9).find(missing));
  }

  @Test
  void aFolderIsNoDocument() {
    assertFails(
        ErrorType.UNSUPPORTED_MEDIA,
        folder + " is a folder, not a file",
        () -> fetcher(9).find(folder.toString()));
  }

  @Test
  void aLargeObjectIsRefusedBeforeItIsRead() {
    Fetcher.Found found =
        fetcher(10).find(new SampleFiles(folder).text("a.txt", "hello world").toString());
    FlakyStore.FAULTS_LEFT.set(1);
    assertFails(
        ErrorType.TOO_LARGE,
        "11 bytes exceed 10 (spark.qwenvl.media.maxBytes)",
        () -> fetcher(10).read(found));
  }

  @Test
  void aStoreThatFailsForAMomentIsAskedAgain() {
    new SampleFiles(folder).text("a.txt", "hello");
    String uri = "flaky://" + folder + "/a.txt";
    Fetcher.Found found = fetcher(100).find(uri);
    FlakyStore.FAULTS_LEFT.set(2);

    assertThat(fetcher(100).read(found)).hasSize(5);
  }

  @Test
  void aStoreThatKeepsFailingEndsAsTimeout() {
    new SampleFiles(folder).text("a.txt", "hello");
    String uri = "flaky://" + folder + "/a.txt";
    Fetcher.Found found = fetcher(100).find(uri);
    FlakyStore.FAULTS_LEFT.set(5);

    assertFails(
        ErrorType.TIMEOUT,
        uri + " could not be read in 5 attempts (IOException)",
        () -> fetcher(100).read(found));
  }

  @ParameterizedTest
  @ValueSource(strings = {"denied", "forbidden"})
  void missingRightsAreNotAskedForTwice(String name) {
    new SampleFiles(folder).text(name, "hello");
    String uri = "flaky://" + folder + "/" + name;
    Fetcher.Found found = fetcher(100).find(uri);
    FlakyStore.FAULTS_LEFT.set(1);

    assertFails(
        ErrorType.ACCESS_DENIED,
        uri + " may not be read with these credentials",
        () -> fetcher(100).read(found));
  }

  @Test
  void anObjectThatVanishesIsNotFound() {
    new SampleFiles(folder).text("gone", "hello");
    String uri = "flaky://" + folder + "/gone";
    Fetcher.Found found = fetcher(100).find(uri);
    FlakyStore.FAULTS_LEFT.set(1);

    assertFails(ErrorType.NOT_FOUND, uri + " does not exist", () -> fetcher(100).read(found));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "::", "s3a://", "s3a:///no/bucket", "file://host/a.png"})
  void aUriThatNamesNoObjectIsAnInvalidRequest(String uri) {
    assertThatThrownBy(() -> fetcher(100).find(uri))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST));
  }

  @Test
  void aSchemeWithoutAFileSystemSaysSo() {
    assertFails(
        ErrorType.UNSUPPORTED_MEDIA,
        "No file system for nosuch://b/a.png; its library is missing on the class path",
        () -> fetcher(100).find("nosuch://b/a.png"));
  }

  @Test
  void aFailureTellsHowOftenItWasTried() {
    new SampleFiles(folder).text("a.txt", "hello");
    new SampleFiles(folder).text("gone", "hello");
    Fetcher.Found found = fetcher(100).find("flaky://" + folder + "/a.txt");
    Fetcher.Found gone = fetcher(100).find("flaky://" + folder + "/gone");
    FlakyStore.FAULTS_LEFT.set(9);

    assertThatThrownBy(() -> fetcher(100).read(found)).extracting("attempts").isEqualTo(5);
    assertThatThrownBy(() -> fetcher(100).read(gone)).extracting("attempts").isEqualTo(1);
  }

  @Test
  void aFileThatChangedSinceItWasFoundIsNotRead() throws IOException {
    Path file = new SampleFiles(folder).text("a.txt", "first");
    Fetcher.Found found = fetcher(100).find(file.toString());
    MediaBytes open = fetcher(100).open(found);
    new SampleFiles(folder).text("a.txt", "other");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));

    String message = file + " has changed since it was planned; the next run reads what it is now";
    assertFails(ErrorType.CHANGED, message, () -> fetcher(100).read(found));
    assertFails(ErrorType.CHANGED, message, () -> fetcher(100).readHead(found, 2));
    assertThatThrownBy(() -> open.read(0, new byte[5], 0, 5)).hasMessage(message);
    assertThat(ErrorType.CHANGED.retryable()).isTrue();
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotAnswered() {
    new SampleFiles(folder).text("turns.txt", "hello");
    String uri = "flaky://" + folder + "/turns.txt";
    Fetcher.Found found = fetcher(100).find(uri);

    assertFails(
        ErrorType.CHANGED,
        uri + " has changed since it was planned; the next run reads what it is now",
        () -> fetcher(100).read(found));
  }

  @Test
  void credentialsOfAUriAreNeverShown() {
    assertThatThrownBy(() -> fetcher(100).find("nosuch://key:secret@b/a.png"))
        .hasMessageNotContaining("secret")
        .hasMessageContaining("nosuch://b/a.png");
  }

  @Test
  void aLinkOutOfTheRootsIsRefusedHoweverItIsNamed() throws IOException {
    SampleFiles files = new SampleFiles(folder);
    Path secret = files.text("secret/key.txt", "secret");
    Path inside = files.text("read/a.txt", "hello");
    Path link = Files.createSymbolicLink(folder.resolve("read/link.txt"), secret);
    Fetcher fetcher = below(folder.resolve("read"));

    assertThat(fetcher.read(fetcher.find("file:" + inside))).hasSize(5);
    for (String uri :
        List.of(
            link.toString(),
            "file://" + link,
            "FILE:" + secret,
            folder + "/read/../secret/key.txt",
            folder + "/secret/nothing.txt",
            "/etc/passwd")) {
      assertFails(
          ErrorType.ACCESS_DENIED,
          "The file lies outside of the folders that are read (spark.qwenvl.fetch.roots = %s/read)"
              .formatted(folder),
          () -> fetcher.find(uri));
    }
  }

  @Test
  void aFileThatBecomesALinkAfterwardsIsRefusedWhenItIsRead() throws IOException {
    SampleFiles files = new SampleFiles(folder);
    Path file = files.text("read/a.txt", "hello");
    Path secret = files.text("key.txt", "secret");
    Fetcher fetcher = below(folder.resolve("read"));
    Fetcher.Found found = fetcher.find(file.toString());
    Files.delete(file);
    Files.createSymbolicLink(file, secret);

    assertThatThrownBy(() -> fetcher.read(found)).hasMessageContaining("fetch.roots");
    assertThatThrownBy(() -> fetcher.open(found).read(0, new byte[5], 0, 5))
        .hasMessageContaining("fetch.roots");
  }

  private Fetcher below(Path root) {
    return new Fetcher(
        hadoop,
        MediaLimits.DEFAULT,
        DefaultSettings.with("spark.qwenvl.fetch.roots", root.toString()).fetch());
  }

  @Test
  void whatIsNoRegularFileIsNotOpened() {
    assertFails(
        ErrorType.UNSUPPORTED_MEDIA,
        "/dev/zero is a device or a pipe, not a file",
        () -> fetcher(100).find("/dev/zero"));
  }

  @Test
  void namesThatLeadNowhereAreNotFound() throws IOException {
    Path file = new SampleFiles(folder).text("a.txt", "hello");
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    for (String uri : List.of(file + "/b", loop.toString(), folder + "/" + "n".repeat(300))) {
      assertThatThrownBy(() -> fetcher(100).find(uri)).hasMessage(uri + " does not exist");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://h/a.png",
        "har:///a.har/b",
        "http://h/a",
        "HTTPS://h/a",
        "viewfs://h/a",
        "jar:/a"
      })
  void schemesThatAreNotNamedAreRefused(String uri) {
    Fetcher fetcher = new Fetcher(hadoop, MediaLimits.DEFAULT, new FetchSettings(1));

    assertThatThrownBy(() -> fetcher.find(uri))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.ACCESS_DENIED))
        .hasMessageContaining("(spark.qwenvl.fetch.schemes = file,s3a,hdfs)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3a://other/a.png", "s3a://key:secret@mine/a.png", "s3a://mine.evil/a"})
  void bucketsThatAreNotNamedAreRefusedBeforeTheyAreAsked(String uri) {
    Fetcher fetcher =
        new Fetcher(
            hadoop,
            MediaLimits.DEFAULT,
            DefaultSettings.with("spark.qwenvl.fetch.buckets", "mine, too").fetch());

    assertFails(
        ErrorType.ACCESS_DENIED,
        "This s3a bucket or host is not read (spark.qwenvl.fetch.buckets = mine,too)",
        () -> fetcher.find(uri));
  }

  @Test
  void whatTheWebMayKnowOfAnAddressIsNotShown() {
    assertThat(ShownUri.inMessage("https://me:word@h/a.png?signature=secret#x"))
        .isEqualTo("https://h/a.png");
  }
}
