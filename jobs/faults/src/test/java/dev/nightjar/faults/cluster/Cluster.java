package dev.nightjar.faults.cluster;

import dev.nightjar.faults.Await;
import dev.nightjar.faults.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A standalone master and its workers, from the distribution's Spark, reachable from this host
 * alone. Each worker has one core and room for one executor, and an address of its own: to Spark
 * they are different hosts, and the copy of a task that speculation makes must run on another one.
 */
final class Cluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final int WORKERS = 2;

  /** A worker's process and where its executors leave their files. */
  record Worker(Process process, Path work, Path log) {}

  private final Path dist;
  private final Path folder;
  private final Groups groups;
  private final int port = freePort();
  private final List<Worker> workers = new ArrayList<>();
  private int started;

  /**
   * Starts a cluster.
   *
   * @param dist the distribution
   * @param folder for its logs and work
   */
  Cluster(Path dist, Path folder) {
    this.dist = dist;
    this.folder = folder;
    try {
      Path home = Files.createDirectories(folder.resolve("spark"));
      Files.createSymbolicLink(home.resolve("jars"), dist.resolve("lib/spark"));
      Files.createDirectories(events());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.groups = new Groups(folder);
    Path log = folder.resolve("master.log");
    launch(
        log,
        "127.0.0.1",
        Map.of(),
        List.of("-Dspark.master.rest.enabled=false"),
        "org.apache.spark.deploy.master.Master",
        "--port",
        Integer.toString(port));
    Await.until("the master listens, see " + log, START, () -> has(log, "I have been elected"));
    for (int i = 0; i < WORKERS; i++) {
      startWorker(Map.of());
    }
  }

  /** Where submissions go. */
  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Where drivers write their event logs. */
  Path events() {
    return folder.resolve("events");
  }

  /** The folder of everything. */
  Path folder() {
    return folder;
  }

  Path dist() {
    return dist;
  }

  /** The workers that were not lost, in the order of their start. */
  List<Worker> workers() {
    return List.copyOf(workers);
  }

  /** Starts a worker with more variables in its environment, which its executors inherit. */
  Worker startWorker(Map<String, String> environment) {
    int n = ++started;
    Path log = folder.resolve("worker-" + n + ".log");
    Path work = folder.resolve("work-" + n);
    Process process =
        launch(
            log,
            "127.0.0." + (n + 1),
            environment,
            List.of(),
            "org.apache.spark.deploy.worker.Worker",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            work.toString(),
            master());
    Worker worker = new Worker(process, work, log);
    workers.add(worker);
    Await.until(
        "the worker is registered, see " + log, START, () -> has(log, "Successfully registered"));
    return worker;
  }

  /** Kills a worker and its executors at once, as a power cut does. */
  void lose(Worker worker) {
    Signal.KILL.toGroup(worker.process().pid());
    workers.remove(worker);
  }

  /** The executors that live now. */
  List<ProcessHandle> executors() {
    return workers.stream()
        .flatMap(worker -> worker.process().children())
        .filter(Cluster::isExecutor)
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** The worker that started a process. */
  Worker workerOf(long executor) {
    return workers.stream()
        .filter(worker -> worker.process().children().anyMatch(one -> one.pid() == executor))
        .findFirst()
        .orElseThrow(() -> new AssertionError(executor + " is no executor of this cluster"));
  }

  /** Removes what executors left, half a gigabyte each. Nothing may run. */
  void removeWork() {
    Await.until("all executors have ended", START, () -> executors().isEmpty());
    for (int i = 1; i <= started; i++) {
      Folders.delete(folder.resolve("work-" + i));
    }
  }

  /** Starts a command in a group of its own, with its output in files. */
  Process start(List<String> command, Map<String, String> environment, Path out, Path err) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile());
    builder.redirectError(err.toFile());
    return groups.start(builder);
  }

  private Process launch(
      Path log,
      String host,
      Map<String, String> environment,
      List<String> options,
      String main,
      String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(required("nightjar.spark.jvm.flags").strip().split("\\s+")));
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", dist.resolve("lib/spark") + "/*", main));
    command.addAll(List.of("--host", host, "--webui-port", "0"));
    command.addAll(Arrays.asList(arguments));
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put("SPARK_HOME", folder.resolve("spark").toString());
    all.put("SPARK_SCALA_VERSION", "2.13");
    all.put("SPARK_LOCAL_IP", host);
    all.put("SPARK_LOCAL_HOSTNAME", host);
    return start(command, all, log, log.resolveSibling(log.getFileName() + ".err"));
  }

  @Override
  public void close() {
    groups.close();
    Await.until(
        "the cluster's processes have ended",
        START,
        () -> workers.stream().noneMatch(worker -> worker.process().isAlive()));
  }

  private static boolean isExecutor(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .or(() -> Optional.of(read(Path.of("/proc", Long.toString(process.pid()), "cmdline"))))
        .filter(line -> line.contains("CoarseGrainedExecutorBackend"))
        .isPresent();
  }

  static boolean has(Path log, String text) {
    return read(log).contains(text)
        || read(log.resolveSibling(log.getFileName() + ".err")).contains(text);
  }

  /** What a file holds; empty when it is not there, or no longer. */
  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // of a process that ended meanwhile
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException(property + " is not set; run these tests with Maven");
    }
    return value;
  }
}
