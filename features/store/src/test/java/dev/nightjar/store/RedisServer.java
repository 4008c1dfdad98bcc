package dev.nightjar.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * A real Redis as a child process on a port of its own, which ends with this process. It is the
 * {@code redis-server} that NIGHTJAR_REDIS names or PATH has; where there is none, a test that asks
 * for one is skipped by that name.
 */
public final class RedisServer implements AutoCloseable {
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** How an answer begins as long as what had been kept is read. */
  private static final String LOADING = "-LOAD";

  private static @Nullable RedisServer shared;

  private final List<String> command;
  private final int port;
  private Process process;

  private RedisServer(List<String> command, int port) {
    this.command = command;
    this.port = port;
    this.process = begin();
  }

  /** The one for all tests of this process; a store of its own has {@link #place()}. */
  public static synchronized RedisServer shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /**
   * A server of its own.
   *
   * @param options as on its command line: {@code --appendonly yes}
   */
  public static RedisServer start(String... options) {
    try {
      Path folder = Files.createTempDirectory("nightjar-redis");
      int port = freePort();
      List<String> command = new ArrayList<>(List.of(program()));
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", folder.toString(), "--save", ""));
      command.addAll(List.of(options));
      RedisServer server = new RedisServer(command, port);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program() {
    String named = System.getenv("NIGHTJAR_REDIS");
    if (named != null) {
      return named;
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Optional<Path> found =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isBlank())
            .map(folder -> Path.of(folder, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(),
        "no Redis can be started here: there is no redis-server on PATH, and NIGHTJAR_REDIS names"
            + " none");
    return found.orElseThrow().toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process begin() {
    try {
      Process begun =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Files.createTempFile("nightjar-redis", ".log").toFile())
              .start();
      // It has not ended within a moment, again and again until it is ready.
      while (!begun.waitFor(5, TimeUnit.MILLISECONDS)) {
        if (isReady()) {
          return begun;
        }
      }
      throw new IllegalStateException("ended at once: " + command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether it listens and has read what it had kept: until then it answers nothing but that. */
  private boolean isReady() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(LOADING.length());
      return !new String(answer, StandardCharsets.US_ASCII).equals(LOADING);
    } catch (SocketTimeoutException | SocketException e) {
      // Whoever wants TLS says nothing to that, or ends it.
      return isListening();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts it again, with what it has kept on its disk, at the same port. */
  public void startAgain() {
    process = begin();
  }

  /** Kills it, as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("it cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return port;
  }

  /** A store that nobody has used. */
  public RedisPlace place() {
    return place("test-" + PREFIXES.incrementAndGet());
  }

  /** A store by the beginning of its keys. */
  public RedisPlace place(String prefix) {
    return place(port, prefix);
  }

  /** A store at a port of this machine. */
  static RedisPlace place(int port, String prefix) {
    return new RedisPlace(
        "127.0.0.1",
        port,
        0,
        false,
        prefix,
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10),
        RedisPlace.WhenDown.FAIL);
  }

  /** Sends a command past all of ours. */
  public @Nullable Object send(Command sent, String... words) {
    try (Connection connection = new Connection("127.0.0.1", port)) {
      connection.connect();
      connection.sendCommand(sent, words);
      return connection.getOne();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
