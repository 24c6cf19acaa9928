package io.github.qwenvlspark.pipeline.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.doctor.Finding.Verdict;
import io.github.qwenvlspark.pipeline.testing.InProcessS3;
import io.github.qwenvlspark.pipeline.write.S3ConditionalLogStore;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whether tables can be kept in S3, asked of a server of this process. */
class OutputCheckTest {
  private static final String LOG_STORE = "spark.delta.logStore.s3a.impl";
  private static final String ONE_DRIVER = "io.delta.storage.S3SingleDriverLogStore";

  private static InProcessS3 s3;

  @BeforeAll
  static void start() {
    s3 = InProcessS3.start();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private static SparkConf spark() {
    SparkConf conf = new SparkConf(false);
    s3.sparkConf().forEach(conf::set);
    return conf;
  }

  private static List<Finding> look(String bucket, Configuration hadoop, SparkConf conf) {
    return new OutputCheck("s3a://%s/read".formatted(bucket), hadoop, conf).look();
  }

  private static String fault(String bucket, Configuration hadoop, SparkConf conf) {
    List<Finding> findings = look(bucket, hadoop, conf);
    assertThat(findings).singleElement().matches(Finding::isBad);
    assertThat(findings.get(0).detail()).doesNotContain(s3.secrets());
    return findings.get(0).detail();
  }

  @Test
  void aBucketThatTakesTablesIsWellAndKeepsNothingOfTheProbe() {
    String bucket = s3.createBucket("doctor");

    List<Finding> findings = look(bucket, s3.hadoopConf(), spark());

    assertThat(findings).extracting(Finding::name).containsExactly("output", "clock");
    assertThat(findings).noneMatch(Finding::isBad);
    assertThat(findings.get(0).detail()).startsWith("s3a: written, read, not overwritten, deleted");
    assertThat(s3.keys(bucket)).noneMatch(key -> key.contains("doctor") || key.contains("probe"));
  }

  @Test
  void oneDriverAtATimeIsWorthKnowing() {
    SparkConf conf = spark().set(LOG_STORE, ONE_DRIVER);

    Finding output = look(s3.createBucket("single"), s3.hadoopConf(), conf).get(0);

    assertThat(output.verdict()).isEqualTo(Verdict.NOTE);
    assertThat(output.detail()).contains("not overwritten", "one run at a time");
  }

  @Test
  void aStoreWithoutConditionalCreateIsToldWithWhatToSet() {
    Configuration hadoop = s3.hadoopConf();
    hadoop.setBoolean("fs.s3a.create.conditional.enabled", false);
    SparkConf conf = spark().set(LOG_STORE, S3ConditionalLogStore.class.getName());

    assertThat(fault(s3.createBucket("old"), hadoop, conf))
        .contains("no conditional create", LOG_STORE + "=" + ONE_DRIVER);
  }

  @Test
  void aBucketThatMayOnlyBeReadIsToldWithTheRightsThatAreNeeded() {
    String bucket = s3.createBucket("read-only");
    s3.forbidWrites(bucket);

    assertThat(fault(bucket, s3.hadoopConf(), spark()))
        .contains("access is denied", "allow put, get, list and delete");
  }

  @Test
  void aBucketThatIsNotThereIsToldWithWhereToLook() {
    assertThat(fault("no-such-bucket", s3.hadoopConf(), spark()))
        .startsWith("cannot be written to (")
        .contains("look at the path");
  }

  @Test
  void aWrongKeyIsToldAndNotRepeated() {
    Configuration hadoop = s3.hadoopConf();
    hadoop.set("fs.s3a.secret.key", "another-secret");

    assertThat(fault(s3.createBucket("closed"), hadoop, spark()))
        .contains("access is denied: look at the credentials")
        .doesNotContain("another-secret");
  }
}
