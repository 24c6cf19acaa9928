package io.github.qwenvlspark.pipeline.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/**
 * An S3 server on 127.0.0.1 that keeps its objects in memory. It checks signatures, serves ranges
 * and multipart uploads, and refuses a conditional create of what exists. Thread-safe.
 */
public final class InProcessS3 implements AutoCloseable {
  private static final String ACCESS_KEY = "test-access-key";
  private static final String SECRET_KEY = "test-secret-key";
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  private final BlobStoreContext context;
  private final BlobStore blobs;
  private final WriteFaults writeFaults;
  private final ReadFaults faults;
  private final S3Proxy server;

  private InProcessS3(BlobStoreContext context) {
    this.context = context;
    this.blobs = context.getBlobStore();
    this.writeFaults = new WriteFaults(blobs);
    this.faults = new ReadFaults(writeFaults);
    this.server =
        S3Proxy.builder()
            .blobStore(faults)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
            .build();
  }

  /** Starts a server on a free port; the caller closes it. */
  public static InProcessS3 start() {
    // The metadata object, not its name: a name is looked up among providers that are not here.
    BlobStoreContext context =
        ContextBuilder.newBuilder(new TransientApiMetadata())
            .credentials("", "")
            .overrides(new Properties())
            .buildView(BlobStoreContext.class);
    InProcessS3 s3 = new InProcessS3(context);
    try {
      s3.server.start();
    } catch (Exception e) {
      context.close();
      throw new IllegalStateException("Cannot start the S3 server", e);
    }
    return s3;
  }

  /** Where the server listens, such as {@code http://127.0.0.1:40123}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /**
   * Makes an empty bucket and gives its name, which is {@code prefix} and a number: Hadoop keeps
   * file systems by bucket name, so a name that comes again would lead to a server that is gone.
   */
  public String createBucket(String prefix) {
    String bucket = prefix + "-" + BUCKETS.incrementAndGet();
    blobs.createContainerInLocation(null, bucket);
    return bucket;
  }

  /** Stores an object, without the network. */
  public void put(String bucket, String key, byte[] bytes) {
    blobs.putBlob(
        bucket, blobs.blobBuilder(key).payload(bytes).contentLength(bytes.length).build());
  }

  /**
   * Bytes of an object, without the network.
   *
   * @throws IllegalArgumentException if there is none
   */
  public byte[] get(String bucket, String key) {
    Blob blob = blobs.getBlob(bucket, key);
    if (blob == null) {
      throw new IllegalArgumentException("No object s3a://%s/%s".formatted(bucket, key));
    }
    try (InputStream bytes = blob.getPayload().openStream()) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All keys of a bucket, at most a thousand, sorted. */
  public List<String> keys(String bucket) {
    return blobs.list(bucket, ListContainerOptions.Builder.recursive()).stream()
        .map(StorageMetadata::getName)
        .sorted()
        .toList();
  }

  /** The next {@code times} reads of an object end with status 503, as a busy store answers. */
  public void failReads(String bucket, String key, int times) {
    faults.fail(bucket, key, times);
  }

  /**
   * The next {@code times} writes of objects whose key matches take effect, and yet the writer
   * hears of status 503, as if the answer had got lost.
   */
  public void loseAnswersToWrites(String bucket, Pattern key, int times) {
    writeFaults.loseAnswers(bucket, key, times);
  }

  /** From now on reads of an object end with status 403. */
  public void forbidReads(String bucket, String key) {
    faults.forbid(bucket, key);
  }

  /** From now on writes into a bucket end with status 403. */
  public void forbidWrites(String bucket) {
    writeFaults.forbid(bucket);
  }

  /** Reads of an object over the network so far, failed ones included. */
  public int reads(String bucket, String key) {
    return faults.reads(bucket, key);
  }

  /** Settings with which Spark reads and writes {@code s3a://} URIs here. */
  public Map<String, String> sparkConf() {
    Map<String, String> conf = new TreeMap<>();
    s3a().forEach((key, value) -> conf.put("spark.hadoop." + key, value));
    if (VersionInfo.getVersion().startsWith("3.3.")) { // cannot create conditionally
      conf.put("spark.delta.logStore.s3a.impl", "io.delta.storage.S3SingleDriverLogStore");
    }
    return conf;
  }

  /** What nobody but the store's users may see. */
  public List<String> secrets() {
    return List.of(SECRET_KEY);
  }

  /** The same settings for Hadoop alone. */
  public Configuration hadoopConf() {
    Configuration conf = new Configuration();
    s3a().forEach(conf::set);
    return conf;
  }

  private Map<String, String> s3a() {
    Map<String, String> conf = new LinkedHashMap<>();
    conf.put("fs.s3a.endpoint", endpoint().toString());
    conf.put("fs.s3a.endpoint.region", "us-east-1");
    conf.put("fs.s3a.path.style.access", "true");
    conf.put("fs.s3a.connection.ssl.enabled", "false");
    conf.put("fs.s3a.access.key", ACCESS_KEY);
    conf.put("fs.s3a.secret.key", SECRET_KEY);
    conf.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    conf.put("fs.s3a.multipart.size", "5M"); // the smallest: larger objects take several parts
    conf.put("fs.s3a.retry.interval", "50ms");
    conf.put("fs.s3a.retry.throttle.interval", "50ms");
    return conf;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop the S3 server", e);
    } finally {
      context.close();
    }
  }
}
