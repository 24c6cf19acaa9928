package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.qwenvlspark.pipeline.config.FetchSettings;
import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.testing.FaultyLine;
import io.github.qwenvlspark.pipeline.testing.FaultyLine.Fault;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What s3a and a read make of a store that fails: all bytes, or a typed error, and an end. */
@Timeout(120)
class StoreFaultsIT {
  private static final int LENGTH = 200_000;

  private InProcessS3 s3;
  private FaultyLine line;
  private String bucket;
  private byte[] content;

  @BeforeEach
  void start() {
    s3 = InProcessS3.start();
    line = new FaultyLine(s3.endpoint());
    bucket = s3.createBucket("faults");
    content = bytes(1);
    s3.put(bucket, "a.png", content);
  }

  @AfterEach
  void stop() {
    line.close();
    s3.close();
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Fetcher fetcher(Map<String, String> settings) {
    Configuration hadoop = s3.hadoopConf();
    hadoop.set("fs.s3a.endpoint", line.endpoint().toString());
    hadoop.setBoolean("fs.s3a.impl.disable.cache", true);
    // So that the faults reach the fetcher, s3a itself hardly tries again.
    hadoop.setInt("fs.s3a.retry.limit", 1);
    hadoop.setInt("fs.s3a.retry.throttle.limit", 1);
    hadoop.setInt("fs.s3a.attempts.maximum", 1);
    FetchSettings fetch = RunSettings.from(new Settings(settings), 1).fetch();
    return new Fetcher(hadoop, MediaLimits.DEFAULT, fetch);
  }

  private String uri() {
    return "s3a://" + bucket + "/a.png";
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HALF_A_BODY", "RESET"})
  void aBodyThatBreaksOffIsReadAgain(Fault fault) {
    Fetcher fetcher = fetcher(Map.of());
    Fetcher.Found found = fetcher.find(uri());
    line.plan(fault, fault, fault, Fault.NONE);

    assertThat(fetcher.read(found)).isEqualTo(content);
  }

  @Test
  void aBusyStoreIsWaitedFor() {
    Fetcher fetcher = fetcher(Map.of());
    Fetcher.Found found = fetcher.find(uri());
    s3.failReads(bucket, "a.png", 3);

    assertThat(fetcher.read(found)).isEqualTo(content);
  }

  @Test
  void aStoreThatStaysBusyEndsAsARetryableErrorThatCountsItsAttempts() {
    Fetcher fetcher = fetcher(Map.of("spark.qwenvl.fetch.attempts", "2"));
    Fetcher.Found found = fetcher.find(uri());
    s3.failReads(bucket, "a.png", 1000);

    assertThatThrownBy(() -> fetcher.read(found))
        .isInstanceOfSatisfying(
            QwenVlException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ErrorType.TIMEOUT);
              assertThat(e.type().retryable()).isTrue();
              assertThat(e.attempts()).isEqualTo(2);
            })
        .hasMessageStartingWith(uri() + " could not be read in 2 attempts");
  }

  @Test
  void aBodyThatDripsEndsWhenItsTimeIsOver() {
    Fetcher fetcher = fetcher(Map.of("spark.qwenvl.fetch.timeout", "2s"));
    Fetcher.Found found = fetcher.find(uri());
    line.plan(Fault.DRIP, Fault.DRIP, Fault.DRIP, Fault.DRIP, Fault.DRIP);

    assertThatThrownBy(() -> fetcher.read(found))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.TIMEOUT));
  }

  private void assertChanged(Fetcher fetcher, Fetcher.Found found) {
    assertThatThrownBy(() -> fetcher.read(found))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.CHANGED))
        .hasMessage(uri() + " has changed since it was planned; the next run reads what it is now");
  }

  @Test
  void anObjectWithAnotherEtagThanThePlansIsNotRead() {
    Fetcher fetcher = fetcher(Map.of());
    Fetcher.Found found = fetcher.find(uri());
    s3.put(bucket, "a.png", bytes(2));

    assertChanged(fetcher, found);
  }

  @Test
  void anObjectThatChangesInTheLastMomentIsNotReadEither() {
    Fetcher fetcher = fetcher(Map.of());
    Fetcher.Found found = fetcher.find(uri());
    line.beforeNextGet(() -> s3.put(bucket, "a.png", bytes(2)));

    assertChanged(fetcher, found);
  }
}
