package io.github.qwenvlspark.pipeline.testing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.gaul.s3proxy.PutOptions2;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;
import org.jclouds.http.HttpCommand;
import org.jclouds.http.HttpRequest;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;
import org.jclouds.rest.AuthorizationException;

/**
 * Writes one object after the other, so that a conditional create is atomic as it is in S3, and
 * forbids chosen writes or lets their answers get lost. Thread-safe.
 */
final class WriteFaults extends ForwardingBlobStore {
  private final List<LostAnswers> lost = new CopyOnWriteArrayList<>();
  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  WriteFaults(BlobStore blobs) {
    super(blobs);
  }

  private record LostAnswers(String bucket, Pattern key, AtomicInteger left) {
    boolean strikes(String writtenBucket, String writtenKey) {
      return bucket.equals(writtenBucket)
          && key.matcher(writtenKey).find()
          && left.getAndDecrement() > 0;
    }
  }

  void loseAnswers(String bucket, Pattern key, int times) {
    lost.add(new LostAnswers(bucket, key, new AtomicInteger(times)));
  }

  void forbid(String bucket) {
    forbidden.add(bucket);
  }

  @Override
  public String putBlob(String bucket, Blob blob) {
    return putBlob(bucket, blob, PutOptions.NONE);
  }

  @Override
  public synchronized String putBlob(String bucket, Blob blob, PutOptions options) {
    if (forbidden.contains(bucket)) {
      throw new AuthorizationException("Forbidden by the test");
    }
    String key = blob.getMetadata().getName();
    if (options instanceof PutOptions2 conditional
        && "*".equals(conditional.getIfNoneMatch())
        && delegate().blobExists(bucket, key)) {
      throw answer(412, "Precondition Failed");
    }
    String etag = super.putBlob(bucket, blob, options);
    if (lost.stream().anyMatch(answers -> answers.strikes(bucket, key))) {
      throw answer(503, "Slow Down");
    }
    return etag;
  }

  private static HttpResponseException answer(int status, String message) {
    HttpRequest request =
        HttpRequest.builder().method("PUT").endpoint("http://127.0.0.1/object").build();
    return new HttpResponseException(
        new HttpCommand(request),
        HttpResponse.builder().statusCode(status).message(message).build());
  }
}
