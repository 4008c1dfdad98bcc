package dev.nightjar.online.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page's files under its policy, and answers as the endpoint gives them. Thread-safe. */
final class CannedEndpoint implements PageUnderTest {
  private static final String TOKEN = "open-sesame";
  private static final String JSON = "application/json";
  private static final String PAGE = "/page/";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> posted = new CopyOnWriteArrayList<>();
  private final HttpServer open = started(false);
  private final HttpServer guarded = started(true);

  /** What is answered. */
  private record Reply(int status, String type, String body) {
    static Reply of(int status, String resource) {
      return new Reply(status, JSON, read(resource));
    }
  }

  private HttpServer started(boolean isGuarded) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(exchange, isGuarded));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange, boolean isGuarded) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Reply reply = reply(exchange, body, isGuarded);
      exchange.getResponseHeaders().set("Content-Type", reply.type());
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Reply reply(HttpExchange exchange, String body, boolean isGuarded) {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/")) {
      return asset("index.html");
    }
    if (path.startsWith(PAGE)) {
      return asset(path.substring(PAGE.length()));
    }
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (isGuarded && !("Bearer " + TOKEN).equals(given)) {
      return Reply.of(401, "no-token.json");
    }
    return switch (path) {
      case "/v1/models" -> Reply.of(200, "models.json");
      case "/v1/models/flight-delay/versions/2013-11" -> Reply.of(200, "flight-delay.json");
      case "/v1/models/churn/versions/1" -> new Reply(200, JSON, wide());
      case "/v1/models/flight-delay/versions/2013-11/explain" -> explain(body);
      default -> Reply.of(503, "not-loaded.json");
    };
  }

  private Reply explain(String body) {
    posted.add(body);
    if (body.contains("\"distance\": \"far\"")) {
      return Reply.of(400, "no-number.json");
    }
    return Reply.of(200, body.contains("\"distance\": 30000") ? "rejected.json" : "scored.json");
  }

  /** A contract of more fields than anybody fills in one by one. */
  private static String wide() {
    String inputs =
        IntStream.rangeClosed(0, 200)
            .mapToObj(
                i ->
                    "{\"name\":\"x"
                        + i
                        + "\",\"type\":\"double\",\"on-missing\":\"reject\",\"on-invalid\":\"missing\"}")
            .collect(Collectors.joining(","));
    return "{\"name\":\"churn\",\"version\":\"1\",\"bundle\":\"sha256:ef\",\"aliases\":[],\"engine\":\"dl4j\","
        + "\"created\":\"2014-01-01T00:00:00Z\",\"views\":[],\"inputs\":["
        + inputs
        + "],\"outputs\":[{\"name\":\"churn\",\"type\":\"string\",\"of\":\"class\",\"classes\":[\"stays\",\"leaves\"]}],"
        + "\"example\":{\"x0\":0.125}}";
  }

  private static Reply asset(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalArgumentException("the page has no file of the type of '" + name + "'");
    }
    return new Reply(200, type, read(name));
  }

  private static String read(String name) {
    try (InputStream in = CannedEndpoint.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no '" + name + "' beside the page");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @Override
  public URI open() {
    return address(open);
  }

  @Override
  public URI guarded() {
    return address(guarded);
  }

  @Override
  public String token() {
    return TOKEN;
  }

  @Override
  public List<String> posted() {
    return List.copyOf(posted);
  }

  @Override
  public void close() {
    open.stop(0);
    guarded.stop(0);
    threads.shutdownNow();
  }
}
