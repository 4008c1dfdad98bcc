package dev.nightjar.online;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.online.model.ModelListener;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.Listening;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.online.settings.ServingLimits;
import dev.nightjar.registry.Registry;
import dev.nightjar.storage.LocalStorage;
import dev.nightjar.store.StorePlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real endpoint on a free port of this machine, and a client of it. Thread-safe. */
public final class TestEndpoint implements AutoCloseable {
  /** The time of every request that names none. */
  public static final Instant NOW = Instant.parse("2024-03-05T12:00:00Z");

  public static final Listening LOOPBACK =
      new Listening(Listening.LOOPBACK, 0, Optional.empty(), Optional.empty(), false);

  private static final int MOST_BYTES = 1 << 24;

  /** Hears nothing. */
  public static final ModelListener DEAF =
      new ModelListener() {
        @Override
        public void tookOver(String named, ModelCard card, long nanos) {}

        @Override
        public void failed(String named, String reason) {}
      };

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Endpoint endpoint;
  private final String address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestEndpoint(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.address = endpoint.address();
  }

  /** What an endpoint of these models is told; nothing is looked at again by itself. */
  public static EndpointSettings settings(Path folder, ModelChoice... models) {
    return new EndpointSettings(
        folder.resolve("models"),
        new StorePlace.Folder(folder.resolve("store")),
        List.of(models),
        List.of(),
        Duration.ofDays(1),
        LOOPBACK,
        limits(Duration.ofSeconds(10)));
  }

  /** Room for tests on a machine that is busy; requests must come in within this. */
  public static ServingLimits limits(Duration receiving) {
    return new ServingLimits(
        new RequestLimits(64 << 10, 100, 8, 1000),
        64,
        2,
        Duration.ofSeconds(20),
        receiving,
        Duration.ofSeconds(65),
        512,
        Duration.ofSeconds(20));
  }

  public static EndpointSettings with(EndpointSettings settings, Listening listening) {
    return new EndpointSettings(
        settings.registry(),
        settings.store(),
        settings.models(),
        settings.signedBy(),
        settings.watch(),
        listening,
        settings.limits());
  }

  public static EndpointSettings with(EndpointSettings settings, ServingLimits limits) {
    return new EndpointSettings(
        settings.registry(),
        settings.store(),
        settings.models(),
        settings.signedBy(),
        settings.watch(),
        settings.listening(),
        limits);
  }

  public static EndpointSettings with(EndpointSettings settings, StorePlace store) {
    return new EndpointSettings(
        settings.registry(),
        store,
        settings.models(),
        settings.signedBy(),
        settings.watch(),
        settings.listening(),
        settings.limits());
  }

  /** The registry of {@link #settings}. */
  public static Registry registry(Path folder) {
    return Registry.at(new LocalStorage(folder.resolve("models")));
  }

  /** Admits a bundle to the registry of {@link #settings}, and points an alias to it. */
  public static void promote(Path folder, Bundle bundle, String alias) {
    Registry registry = registry(folder);
    registry.admit(bundle.files(), "test");
    registry.promote(
        bundle.manifest().name(), bundle.manifest().version(), alias, "test", Optional.empty());
  }

  /** Starts it; models that cannot be loaded are not ready. */
  public static TestEndpoint start(EndpointSettings settings) {
    return new TestEndpoint(
        Endpoint.start(
            settings,
            new InetSocketAddress(settings.listening().host(), 0),
            Clock.fixed(NOW, ZoneOffset.UTC),
            "test"));
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public URI uri(String path) {
    return URI.create(address + path);
  }

  /** A request of JSON. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json");
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  public HttpResponse<String> post(String path, BodyPublisher body) {
    return send(request(path).POST(body).build());
  }

  public HttpResponse<String> post(String path, String body) {
    return post(path, BodyPublishers.ofString(body));
  }

  public HttpResponse<String> post(String path, byte[] body) {
    return post(path, BodyPublishers.ofByteArray(body));
  }

  /** The body of an answer as JSON. */
  public static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /** The value of a metric's line that begins so; 0 where there is none. */
  public double metric(String beginning) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** A connection without a client's own ideas; it reads for 20 seconds at the most. */
  public Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri("/").getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Sends bytes, and reads one answer; less where the connection is closed before its end. */
  public String raw(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return answer(socket.getInputStream());
    }
  }

  /** The next answer on a connection: its head, and as much body as it says. */
  public static String answer(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int left = Integer.MAX_VALUE;
    for (int one = 0; left > 0 && (one = in.read()) >= 0; ) {
      bytes.write(one);
      left--;
      if (left > MOST_BYTES && one == '\n') {
        String head = bytes.toString(StandardCharsets.UTF_8);
        if (head.endsWith("\r\n\r\n")) {
          left = length(head);
        }
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int length(String head) {
    return head.lines()
        .filter(line -> line.startsWith("content-length: "))
        .mapToInt(line -> Integer.parseInt(line.substring("content-length: ".length())))
        .findFirst()
        .orElse(MOST_BYTES);
  }

  /** Ends several at once: each waits for two seconds until its port has been closed. */
  public static void closeAll(TestEndpoint... endpoints) {
    Stream.of(endpoints).parallel().forEach(TestEndpoint::close);
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
