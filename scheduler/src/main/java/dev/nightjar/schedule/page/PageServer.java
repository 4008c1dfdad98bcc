package dev.nightjar.schedule.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.access.AccessTokens;
import dev.nightjar.schedule.node.RunCounts;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The page over HTTP, until it is closed. Thread-safe. */
public final class PageServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PageServer.class.getName());
  private static final int THREADS = 4;
  private static final int BACKLOG = 64;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          // Not 'no-referrer': browsers would send forms without their origin.
          "Referrer-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final HttpServer server;
  private final ExecutorService executor;
  private final Requests requests;

  private PageServer(HttpServer server, ExecutorService executor, Requests requests) {
    this.server = server;
    this.executor = executor;
    this.requests = requests;
  }

  /**
   * What it works with.
   *
   * @param counts what has become of the runs of this process's scheduler
   * @param wake has that scheduler go round at once
   * @param say is told of changes, a line each, from any thread
   */
  public record Tools(
      Desk.Sources sources,
      Supplier<Map<String, RunCounts.Count>> counts,
      Runnable wake,
      Consumer<String> say) {}

  /**
   * Starts one.
   *
   * @throws IOException when it cannot listen there
   * @throws dev.nightjar.config.ConfigurationException when the file of tokens has mistakes
   */
  public static PageServer start(PageSettings settings, Tools tools) throws IOException {
    Optional<AccessTokens> tokens = settings.tokens().map(AccessTokens::read);
    // A client that says nothing must not keep one of the few threads for ever; seconds.
    limit("sun.net.httpserver.maxReqTime", "20");
    limit("sun.net.httpserver.maxRspTime", "60");
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    if (address.isUnresolved()) {
      throw new IOException("there is no address of the name " + settings.host());
    }
    HttpServer server = HttpServer.create(address, BACKLOG);
    AtomicInteger number = new AtomicInteger();
    ExecutorService executor =
        Executors.newFixedThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "page-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    Desk desk = new Desk(tools.sources());
    boolean isThisMachineAlone = settings.isLoopback() && !settings.isBehindProxy();
    Gate gate = new Gate(tokens, new Sessions(tools.sources().clock()), isThisMachineAlone);
    Requests requests =
        new Requests(
            desk,
            new ScheduleMeters(desk, tools.counts()),
            new Changes(desk, tools.wake()),
            gate,
            tools.say());
    PageServer started = new PageServer(server, executor, requests);
    server.createContext("/", started::handle);
    server.setExecutor(executor);
    server.start();
    return started;
  }

  private static void limit(String property, String seconds) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, seconds);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = requests.answer(exchange);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "the page of " + exchange.getRequestURI().getRawPath(), e);
        answer = Answer.text(Answer.BROKEN, "this page cannot be made; the log says why");
      }
      send(exchange, answer);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(headers::set);
    headers.set("Content-Type", answer.type());
    answer.headers().forEach(headers::set);
    byte[] body = answer.bytes();
    boolean isEmpty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(answer.status(), isEmpty ? -1 : body.length);
    if (!isEmpty) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
