package dev.nightjar.faults.schedule;

import dev.nightjar.faults.Await;
import dev.nightjar.faults.Signal;
import dev.nightjar.sink.jdbc.Wire;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/**
 * Schedulers of one project, processes of the distribution as a user starts them, each with a wire
 * of its own to one PostgreSQL, which can be stopped and started. Not thread-safe.
 */
final class Schedulers implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final Path nightjar;
  private final Path project;
  private final Path folder;
  private final int port;
  private final Map<String, Node> nodes = new TreeMap<>();
  private EmbeddedPostgres server;
  private int started;

  /**
   * A scheduler.
   *
   * @param log what it says
   */
  record Node(String name, Process process, Wire wire, Path log) {
    /** What it has said so far. */
    String said() {
      try {
        return Files.exists(log) ? Files.readString(log) : "";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * A slot that somebody works on.
   *
   * @param node who does
   */
  record Held(String interval, String node, long fence) {}

  /**
   * Starts the database.
   *
   * @param dist the distribution
   * @param project whose {@code conf/project.yaml} takes the port from {@code LEDGER_PORT}
   * @param folder for the database and logs
   */
  Schedulers(Path dist, Path project, Path folder) {
    this.nightjar = dist.resolve("bin/nightjar");
    this.project = project;
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startDatabase();
  }

  void startDatabase() {
    try {
      server =
          EmbeddedPostgres.builder()
              .setPort(port)
              .setDataDirectory(folder.resolve("postgres"))
              .setCleanDataDirectory(false)
              .setPGStartupWait(START)
              .start();
    } catch (IOException | IllegalStateException | LinkageError e) {
      Assumptions.abort("no PostgreSQL can be started here: " + e.getMessage());
    }
  }

  void stopDatabase() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a scheduler, and waits until it says that it is there. */
  Node start(String name, String... options) {
    Wire wire = new Wire(port);
    Path log = folder.resolve(name + "-" + ++started + ".log");
    ProcessBuilder command =
        new ProcessBuilder(
                nightjar.toString(), "schedule", "--project", project.toString(), "--node", name)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("LEDGER_PORT", Integer.toString(wire.port()));
    command.environment().put("NIGHTJAR_HEAP", "700m");
    command.environment().put("NIGHTJAR_OPTS", String.join(" ", options));
    try {
      Node node = new Node(name, command.start(), wire, log);
      nodes.put(name, node);
      Await.until(
          "the scheduler is there, see " + log,
          START,
          () -> node.said().contains("scheduler " + name));
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new AssertionError("there is no scheduler " + name + " among " + nodes.keySet());
    }
    return node;
  }

  List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Kills a scheduler; its runs find out by themselves. */
  void kill(Node node) {
    Signal.KILL.to(node.process().pid());
    forget(node);
  }

  /** Asks a scheduler to end, and waits for it. */
  int end(Node node) {
    node.process().destroy();
    try {
      int exit = node.process().waitFor();
      forget(node);
      return exit;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void forget(Node node) {
    nodes.remove(node.name());
    try {
      node.wire().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The runs of a scheduler. */
  static List<ProcessHandle> runs(Node node) {
    return node.process().toHandle().descendants().filter(ProcessHandle::isAlive).toList();
  }

  /** Who works on slots of a job. */
  List<Held> held(String job) {
    List<Held> held = new ArrayList<>();
    query(
        "select span, node, fence from slot where state = 'running' and job = '" + job + "'",
        row -> held.add(new Held(row.getString(1), row.getString(2), row.getLong(3))));
    return held;
  }

  /** What the ledger says became of each interval of a job. */
  Map<String, String> states(String job) {
    Map<String, String> states = new TreeMap<>();
    query(
        "select span, state from slot where job = '" + job + "'",
        row -> states.put(row.getString(1), row.getString(2)));
    return states;
  }

  /** The fence of a slot, by which it is seen that somebody else has taken it. */
  Optional<Held> slot(String job, String interval) {
    List<Held> found = new ArrayList<>();
    query(
        "select span, coalesce(node, ''), fence from slot where job = '"
            + job
            + "' and span = '"
            + interval
            + "'",
        row -> found.add(new Held(row.getString(1), row.getString(2), row.getLong(3))));
    return found.stream().findFirst();
  }

  /** Who has ever started runs of a job. */
  List<String> runners(String job) {
    List<String> nodes = new ArrayList<>();
    query(
        "select distinct node from tried where job = '" + job + "'",
        row -> nodes.add(row.getString(1)));
    return nodes;
  }

  /** Has the ledger say that firings of a job were noticed up to an instant. */
  void noticed(String job, Instant to) {
    execute("insert into job (name, done_to) values ('" + job + "', " + to.toEpochMilli() + ")");
  }

  /** Reads a row. */
  @FunctionalInterface
  private interface Reading {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, Reading reading) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        reading.read(row);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
  }

  @Override
  public void close() {
    for (Node node : nodes()) {
      Signal.CONT.to(node.process().pid());
      runs(node).forEach(ProcessHandle::destroyForcibly);
      node.process().destroyForcibly();
      forget(node);
    }
    stopDatabase();
  }
}
