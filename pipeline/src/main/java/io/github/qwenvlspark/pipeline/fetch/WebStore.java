package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaBytes;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.AccessDeniedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Objects of the web, by plain GETs: only from public addresses, at most three redirects that are
 * checked alike, no proxy, no cookies, no credentials, within limits of size and time. Thread-safe.
 *
 * @param addresses names of hosts to the addresses that are connected to
 */
record WebStore(SourcePolicy policy, MediaLimits limits, Duration timeout, DnsResolver addresses)
    implements Store {
  private static final Pattern WEB = Pattern.compile("^https?:", Pattern.CASE_INSENSITIVE);
  private static final String ETAG = "etag:";
  private static final String CONTENT = "sha256:";
  private static final int MAX_REDIRECTS = 3;
  private static final int BLOCK = 1 << 16;

  WebStore(SourcePolicy policy, MediaLimits limits, Duration timeout) {
    this(policy, limits, timeout, PublicAddresses.ofThisMachine());
  }

  static boolean isWeb(String uri) {
    return WEB.matcher(uri).find();
  }

  /** By the server's word for this state of the object, else by its content, which is read. */
  @Override
  public Fetcher.Found find(String uri) throws IOException {
    return get(
        uri,
        response -> {
          long length = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
          String etag = etag(response);
          if (length >= 0 && !etag.isEmpty()) {
            return new Fetcher.Found(uri, length, etag);
          }
          byte[] content = body(response);
          return new Fetcher.Found(uri, content.length, CONTENT + sha256(content));
        });
  }

  @Override
  public byte[] head(Fetcher.Found found, int most, Patience patience) throws IOException {
    return get(
        found.uri(),
        response -> {
          if (found.fingerprint().startsWith(ETAG)) {
            requireSame(found, etag(response));
          }
          HttpEntity entity = response.getEntity();
          return entity == null ? new byte[0] : entity.getContent().readNBytes(most);
        });
  }

  @Override
  public byte[] read(Fetcher.Found found, Patience patience) throws IOException {
    return read(found);
  }

  private byte[] read(Fetcher.Found found) throws IOException {
    return get(
        found.uri(),
        response -> {
          byte[] content = body(response);
          requireSame(
              found,
              found.fingerprint().startsWith(ETAG) ? etag(response) : CONTENT + sha256(content));
          return content;
        });
  }

  private static void requireSame(Fetcher.Found found, String now) throws ObjectChangedException {
    if (!now.equals(found.fingerprint())) {
      throw new ObjectChangedException();
    }
  }

  /** Empty where the server has no word for this very state of the object. */
  private static String etag(ClassicHttpResponse response) {
    Header etag = response.getFirstHeader("ETag");
    return etag != null && etag.getValue().startsWith("\"") ? ETAG + etag.getValue() : "";
  }

  /** Held whole: servers need not know how to give a part. */
  @Override
  public MediaBytes open(Fetcher.Found found, Fetcher fetcher) throws IOException {
    return MediaBytes.of(read(found));
  }

  /** Takes what it needs of a response whose status is 200. */
  private interface Answer<T> {
    T of(ClassicHttpResponse response) throws IOException;
  }

  private <T> T get(String uri, Answer<T> answer) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    try (CloseableHttpClient client = client()) {
      URI at = checked(uri);
      for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
        HttpGet request = new HttpGet(at);
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> deadline =
            CompletableFuture.runAsync(
                () -> {
                  late.set(true);
                  request.cancel();
                },
                CompletableFuture.delayedExecutor(end - System.nanoTime(), TimeUnit.NANOSECONDS));
        try {
          // Closed with its client: closing it alone would read the rest of its body.
          ClassicHttpResponse response = client.executeOpen(null, request, null);
          Header location = response.getFirstHeader("Location");
          if (response.getCode() / 100 != 3 || location == null) {
            requireFound(response.getCode());
            return answer.of(response);
          }
          at = checked(at.resolve(location.getValue()).toString());
        } catch (IOException e) {
          if (late.get()) {
            throw tooLate(e);
          }
          throw e;
        } finally {
          deadline.cancel(false);
        }
      }
      throw new QwenVlException(
          ErrorType.INVALID_REQUEST,
          "The address leads on more than %d times".formatted(MAX_REDIRECTS));
    }
  }

  private CloseableHttpClient client() {
    Timeout limit = Timeout.of(timeout);
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(addresses)
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(limit)
                        .setSocketTimeout(limit)
                        .build())
                .build())
        .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(limit).build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  private URI checked(String text) {
    try {
      URI uri = new URI(text);
      if (!isWeb(text) || uri.getHost() == null || uri.getRawUserInfo() != null) {
        throw new QwenVlException(
            ErrorType.INVALID_REQUEST,
            "An address of the web has http or https, a host and no credentials");
      }
      policy.requireAllowed(uri);
      return uri;
    } catch (URISyntaxException e) {
      // Without its cause, whose message quotes the address.
      throw new QwenVlException(ErrorType.INVALID_REQUEST, "The address of the web is not valid");
    }
  }

  private static void requireFound(int status) throws IOException {
    switch (status) {
      case 200 -> {}
      case 401, 403 -> throw new AccessDeniedException("status " + status);
      case 404, 410 -> throw new FileNotFoundException("status " + status);
      case 408, 425, 429, 500, 502, 503, 504 -> throw new IOException("status " + status);
      default ->
          throw new QwenVlException(
              ErrorType.INVALID_REQUEST, "The web answers with status %d".formatted(status));
    }
  }

  private byte[] body(ClassicHttpResponse response) throws IOException {
    if (response.getEntity() == null) {
      return new byte[0];
    }
    limits.requireBytes(response.getEntity().getContentLength());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    InputStream in = response.getEntity().getContent();
    byte[] block = new byte[BLOCK];
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      limits.requireBytes((long) bytes.size() + read); // servers may say less than they send
      bytes.write(block, 0, read);
    }
    return bytes.toByteArray();
  }

  private QwenVlException tooLate(IOException cause) {
    return new QwenVlException(
        ErrorType.TIMEOUT,
        "The web took longer than %d seconds (spark.qwenvl.fetch.httpTimeoutSeconds)"
            .formatted(timeout.toSeconds()),
        cause);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
