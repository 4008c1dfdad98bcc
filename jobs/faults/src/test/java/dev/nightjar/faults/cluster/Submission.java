package dev.nightjar.faults.cluster;

import dev.nightjar.faults.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@code nightjar submit} that was started. */
final class Submission {
  /** Negative for views that are merged. */
  static final String BROADCAST_BYTES = "spark.nightjar.join.broadcast-bytes";

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Process process;
  private final Path out;
  private final Path err;
  private final Path events;

  private Submission(Process process, Path out, Path err, Path events) {
    this.process = process;
    this.out = out;
    this.err = err;
    this.events = events;
  }

  /** How it ended. */
  record Ended(int exit, String out, String err) {}

  /** What is to be submitted. */
  static final class Builder {
    private final Cluster cluster;
    private final Path project;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> executorOptions =
        new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    private final List<String> driverOptions = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    private final List<String> arguments = new ArrayList<>();
    private String memory = "1400m";

    private Builder(Cluster cluster, Path project) {
      this.cluster = cluster;
      this.project = project;
    }

    Builder setting(String key, String value) {
      settings.put(key, value);
      return this;
    }

    Builder onExecutors(String option) {
      executorOptions.add(option);
      return this;
    }

    Builder onDriver(String option) {
      driverOptions.add(option);
      return this;
    }

    /** Natives that were unpacked once, instead of a cache per executor. */
    Builder nativeCache(Path folder) {
      arguments.addAll(List.of("--native-cache", folder.toString()));
      return this;
    }

    Builder executorMemory(String size) {
      memory = size;
      return this;
    }

    Submission start() {
      String name = "submit-" + COUNT.incrementAndGet();
      Path events = cluster.events().resolve(name);
      Folders.create(events);
      setting("spark.eventLog.dir", events.toUri().toString());
      setting("spark.executor.extraJavaOptions", String.join(" ", executorOptions));
      setting("spark.driver.extraJavaOptions", String.join(" ", driverOptions));
      List<String> command = new ArrayList<>();
      command.add(cluster.dist().resolve("bin/nightjar").toString());
      command.addAll(List.of("submit", "readings", "--interval", ManyReadings.DAY));
      command.addAll(List.of("--project", project.toString(), "--master", cluster.master()));
      command.addAll(List.of("--executor-memory", memory, "--driver-memory", "600m"));
      command.addAll(List.of("--executors", "2"));
      command.addAll(arguments);
      settings.forEach(
          (key, value) -> {
            command.add("--conf");
            command.add(key + "=" + value);
          });
      Path out = cluster.folder().resolve(name + ".out");
      Path err = cluster.folder().resolve(name + ".err");
      Map<String, String> environment =
          Map.of("NIGHTJAR_HEAP", "128m", "NIGHTJAR_OPTS", "-XX:TieredStopAtLevel=1");
      return new Submission(cluster.start(command, environment, out, err), out, err, events);
    }
  }

  /** A submission with timeouts in which a test can wait. */
  static Builder of(Cluster cluster, Path project) {
    return new Builder(cluster, project)
        .setting("spark.network.timeout", "20s")
        .setting("spark.network.timeoutInterval", "3s")
        .setting("spark.executor.heartbeatInterval", "3s")
        // A stopped executor holds the connections to its shuffle files open; longer than its
        // heartbeat.
        .setting("spark.shuffle.io.connectionTimeout", "30s")
        .setting("spark.shuffle.io.maxRetries", "1")
        .setting("spark.shuffle.io.retryWait", "1s")
        // On a busy host the second executor comes late, and the first would have done its tasks.
        .setting("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .setting("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
        // So many tasks write, however small what each writes is.
        .setting("spark.sql.shuffle.partitions", "6")
        .setting("spark.sql.adaptive.coalescePartitions.enabled", "false")
        // A view as small as this one would be sent: no rows were shuffled, to be lost with an
        // executor.
        .setting(BROADCAST_BYTES, "-1")
        // One task for each file of the input.
        .setting("spark.sql.files.maxPartitionBytes", "64k")
        .setting("spark.sql.files.openCostInBytes", "64k")
        .setting("spark.eventLog.enabled", "true")
        .setting("spark.eventLog.compress", "false")
        .setting("spark.eventLog.rolling.enabled", "false");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  Ended await() {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        Signal.KILL.toGroup(process.pid());
        throw new AssertionError("still under way after " + LONGEST + "; " + describe());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Ended(process.exitValue(), Cluster.read(out), Cluster.read(err));
  }

  /** What Spark's own log of events says of the run; empty until the driver has ended. */
  String events() {
    StringBuilder text = new StringBuilder();
    Folders.files(events, "").stream()
        .filter(java.nio.file.Files::isRegularFile)
        .forEach(file -> text.append(Cluster.read(file)));
    return text.toString();
  }

  /** How often a text stands in the log of events. */
  int countOfEvents(String text) {
    return events().split(java.util.regex.Pattern.quote(text), -1).length - 1;
  }

  /** Where to look, and what it says. */
  String describe() {
    return err + ":\n" + Cluster.read(err).replaceFirst("nightjar: OMP_NUM_THREADS.*\n", "");
  }
}
