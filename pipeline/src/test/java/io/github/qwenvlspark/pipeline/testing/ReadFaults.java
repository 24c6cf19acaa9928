package io.github.qwenvlspark.pipeline.testing;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.options.GetOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;
import org.jclouds.http.HttpCommand;
import org.jclouds.http.HttpRequest;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;
import org.jclouds.rest.AuthorizationException;

/** Counts reads of objects and lets chosen ones fail. Thread-safe. */
final class ReadFaults extends ForwardingBlobStore {
  private final Map<String, AtomicInteger> reads = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  ReadFaults(BlobStore blobs) {
    super(blobs);
  }

  void fail(String bucket, String key, int times) {
    failures.put(bucket + "/" + key, new AtomicInteger(times));
  }

  void forbid(String bucket, String key) {
    forbidden.add(bucket + "/" + key);
  }

  int reads(String bucket, String key) {
    return reads.getOrDefault(bucket + "/" + key, new AtomicInteger()).get();
  }

  @Override
  public Blob getBlob(String bucket, String key) {
    return getBlob(bucket, key, GetOptions.NONE);
  }

  @Override
  public Blob getBlob(String bucket, String key, GetOptions options) {
    String name = bucket + "/" + key;
    reads.computeIfAbsent(name, any -> new AtomicInteger()).incrementAndGet();
    if (forbidden.contains(name)) {
      throw new AuthorizationException("Forbidden by the test");
    }
    AtomicInteger left = failures.get(name);
    if (left != null && left.getAndDecrement() > 0) {
      throw serviceUnavailable(name);
    }
    return super.getBlob(bucket, key, options);
  }

  private static HttpResponseException serviceUnavailable(String name) {
    HttpRequest request =
        HttpRequest.builder().method("GET").endpoint("http://127.0.0.1/" + name).build();
    return new HttpResponseException(
        new HttpCommand(request),
        HttpResponse.builder().statusCode(503).message("Slow Down").build());
  }
}
