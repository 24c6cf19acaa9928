package io.github.qwenvlspark.pipeline.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import io.github.qwenvlspark.runtime.media.MediaLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server on this machine, which only the tests' own name server leads to. */
class WebStoreTest {
  private static final MediaLimits LIMITS = new MediaLimits(1000, 1, 1, 1);

  private final InMemoryDnsResolver names = new InMemoryDnsResolver();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    names.add("pictures.example", InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      switch (path) {
        case "/tagged" -> {
          exchange.getResponseHeaders().add("ETag", "\"v1\"");
          send(exchange, out, 5);
        }
        case "/plain" -> send(exchange, out, 5);
        case "/large" -> send(exchange, out, 1001);
        case "/endless" -> {
          exchange.sendResponseHeaders(200, 0); // in chunks, of no stated length
          while (true) {
            out.write(new byte[100]);
          }
        }
        case "/slow" -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            out.write(1);
            out.flush();
            sleep();
          }
        }
        case "/silent" -> sleep();
        case "/loop" -> redirect(exchange, "/loop");
        case "/moved" -> redirect(exchange, "/tagged");
        case "/inwards" -> redirect(exchange, "http://127.0.0.1:" + port() + "/tagged");
        case "/elsewhere" -> redirect(exchange, "file:///etc/passwd");
        default -> exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
      }
    }
  }

  private static void send(HttpExchange exchange, OutputStream out, int bytes) throws IOException {
    exchange.sendResponseHeaders(200, bytes);
    out.write(new byte[bytes]);
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().add("Location", target);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private String uri(String path) {
    return "http://pictures.example:" + port() + path;
  }

  private WebStore store(DnsResolver addresses) {
    return new WebStore(
        new SourcePolicy(List.of("http"), List.of(), List.of()),
        LIMITS,
        Duration.ofSeconds(1),
        addresses);
  }

  private static Patience once() {
    return new Patience(1, Duration.ofMinutes(1), System::nanoTime);
  }

  private WebStore store() {
    return store(names);
  }

  private void assertRefused(ErrorType type, String path) {
    assertThatThrownBy(() -> store().read(new Fetcher.Found(uri(path), 5, ""), once()))
        .isInstanceOfSatisfying(QwenVlException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tagged", "/plain", "/moved"})
  void anObjectIsReadWholeAndInPart(String path) throws IOException {
    Fetcher.Found found = store().find(uri(path));

    assertThat(found.length()).isEqualTo(5);
    assertThat(store().head(found, 3, once())).hasSize(3);
    assertThat(store().read(found, once())).hasSize(5);
  }

  @Test
  void theServersTagOrElseTheContentTellsAState() throws IOException {
    assertThat(store().find(uri("/tagged")).fingerprint()).isEqualTo("etag:\"v1\"");
    assertThat(store().find(uri("/plain")).fingerprint()).startsWith("sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tagged", "/plain"})
  void anObjectThatChangedSinceItWasFoundIsNotRead(String path) throws IOException {
    Fetcher.Found now = store().find(uri(path));
    String other = now.fingerprint().replaceFirst(".$", "!");

    assertThatThrownBy(
            () -> store().read(new Fetcher.Found(now.uri(), now.length(), other), once()))
        .isInstanceOf(ObjectChangedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/large", "/endless"})
  void moreBytesThanAllowedAreRefusedWhateverTheServerSays(String path) {
    assertRefused(ErrorType.TOO_LARGE, path);
  }

  @Test
  void theFirstBytesOfAnEndlessObjectArriveAndTheRestIsNotRead() throws IOException {
    assertThat(store().head(new Fetcher.Found(uri("/endless"), 5, ""), 3, once())).hasSize(3);
  }

  @Test
  void anObjectThatDripsEndsAtTheTimeLimit() {
    assertRefused(ErrorType.TIMEOUT, "/slow");
  }

  @Test
  void redirectsEndSomewhere() {
    assertRefused(ErrorType.INVALID_REQUEST, "/loop");
    assertThat(asked).hasValue(4);
  }

  @Test
  void redirectsAreCheckedAsTheAddressItselfIs() {
    names.add("127.0.0.1", InetAddress.getLoopbackAddress());
    assertRefused(ErrorType.INVALID_REQUEST, "/elsewhere");
    assertThatThrownBy(() -> store(new PublicButFor("pictures.example")).find(uri("/inwards")))
        .hasMessageContaining("not public");
    assertThat(asked).hasValue(2);
  }

  /** The real check, but for one name that leads to this machine. */
  private record PublicButFor(String name) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws java.net.UnknownHostException {
      return host.equals(name)
          ? new InetAddress[] {InetAddress.getLoopbackAddress()}
          : PublicAddresses.ofThisMachine().resolve(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "0"})
  void thisMachineIsNeverAsked(String host) {
    assertThatThrownBy(
            () ->
                store(PublicAddresses.ofThisMachine())
                    .find("http://%s:%d/tagged".formatted(host, port())))
        .isInstanceOf(QwenVlException.class);
    assertThat(asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://me:word@pictures.example/a",
        "http:///a",
        "http:a",
        "http://exa mple/a",
        "http://"
      })
  void addressesThatAreNotPlainAreInvalid(String uri) {
    assertThatThrownBy(() -> store().find(uri))
        .isInstanceOfSatisfying(
            QwenVlException.class, e -> assertThat(e.type()).isEqualTo(ErrorType.INVALID_REQUEST))
        .hasMessageNotContaining("word");
  }

  @Test
  void aSchemeThatIsNotNamedIsRefused() {
    assertThatThrownBy(() -> store().find("https://pictures.example/a"))
        .hasMessageContaining("spark.qwenvl.fetch.schemes = http");
  }

  @Test
  void statusesAreTyped() {
    assertThatThrownBy(() -> store().find(uri("/404")))
        .isInstanceOf(java.io.FileNotFoundException.class);
    assertThatThrownBy(() -> store().find(uri("/403")))
        .isInstanceOf(java.nio.file.AccessDeniedException.class);
    assertThatThrownBy(() -> store().find(uri("/503"))).hasMessage("status 503");
    assertRefused(ErrorType.INVALID_REQUEST, "/418");
  }
}
