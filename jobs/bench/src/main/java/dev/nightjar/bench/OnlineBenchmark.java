package dev.nightjar.bench;

import dev.nightjar.bench.load.Load;
import dev.nightjar.bench.load.Message;
import dev.nightjar.bench.load.Pace;
import dev.nightjar.bench.load.Tally;
import dev.nightjar.bench.work.OnlineWork;
import dev.nightjar.bench.worker.OnlineWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The benchmark of the endpoint, which runs as a process of its own, by the distribution's script.
 * Not thread-safe.
 */
final class OnlineBenchmark implements AutoCloseable {
  /** The figure that must be zero. */
  static final String DIFFERING = "batch-online-differences";

  private static final Duration PREPARING = Duration.ofMinutes(15);
  private static final int LINES = 2_000;
  private static final String J1_ROWS = "1000";

  /** So many rows in a request that scoring them, and not HTTP, is the work. */
  private static final int ROWS_OF_A_LARGE_REQUEST = 200;

  /** What the endpoint allows an answer to take when nobody says otherwise. */
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private static final Duration ENDING = Duration.ofSeconds(60);

  private static final int PEAK_CONNECTIONS = 8;

  /** The endpoint takes 1,024 at once when nobody says otherwise. */
  private static final int MOST_CONNECTIONS = 900;

  private static final double OVERLOAD = 4;

  private final OnlineScale scale;
  private final Path folder;
  private final Path nightjar;
  private final Optional<String> python;
  private final Path peer;
  private final Consumer<String> hear;
  private final Child child;
  private final OnlineWork j1;
  private final OnlineWork j2;
  private final Figures figures = new Figures();

  /**
   * Where things lie.
   *
   * @param nightjar the script of the distribution
   * @param python an interpreter with PyTorch; empty for none
   * @param peer the script of the peer
   */
  record Places(Path nightjar, Optional<String> python, Path peer) {}

  /**
   * @param folder for projects and logs
   * @param hear what goes on, for people
   */
  OnlineBenchmark(OnlineScale scale, Path folder, Places places, Jvms jvms, Consumer<String> hear) {
    this.scale = scale;
    this.folder = folder;
    this.nightjar = places.nightjar();
    this.python = places.python();
    this.peer = places.peer();
    this.hear = hear;
    this.j1 = new OnlineWork(folder.resolve("j1"), "j1");
    this.j2 = new OnlineWork(folder.resolve("j2"), "j2");
    this.child =
        jvms.child(
            "online",
            jvms.classPath(),
            Optional.of("1"),
            OnlineWorker.class.getName(),
            List.of(folder.toString()),
            folder);
  }

  /** What can be measured alone, in the order in which it is measured. */
  enum Part {
    TOGETHER(OnlineBenchmark::together),
    PARITY(OnlineBenchmark::parity),
    START(OnlineBenchmark::start),
    LATENCY(OnlineBenchmark::latency),
    PEER(OnlineBenchmark::peer),
    MEMORY(OnlineBenchmark::memory),
    OVERLOAD(OnlineBenchmark::overload),
    RELOAD(benchmark -> new OnlineFaults(benchmark).reload()),
    DRAIN(benchmark -> new OnlineFaults(benchmark).drain()),
    FUZZ(benchmark -> new OnlineFaults(benchmark).fuzz());

    @SuppressWarnings("ImmutableEnumChecker") // a method of the class, which holds nothing
    private final Consumer<OnlineBenchmark> measure;

    Part(Consumer<OnlineBenchmark> measure) {
      this.measure = measure;
    }
  }

  Figures run(Set<Part> parts) {
    hear.accept("making models and rows");
    child.done(
        PREPARING, "prepare", "j2", Long.toString(scale.compared()), Integer.toString(LINES));
    if (parts.contains(Part.PEER)) {
      child.done(PREPARING, "prepare", "j1", J1_ROWS, Integer.toString(LINES));
    }
    Part last = parts.contains(Part.PARITY) ? Part.PARITY : Part.TOGETHER;
    if (!parts.contains(last)) {
      child.close();
    }
    for (Part part : EnumSet.copyOf(parts)) {
      hear.accept(part.name().toLowerCase(Locale.ROOT));
      part.measure.accept(this);
      if (part == last) {
        child.close(); // its heap and its threads are not needed any more
      }
    }
    return figures;
  }

  OnlineScale scale() {
    return scale;
  }

  Figures figures() {
    return figures;
  }

  OnlineWork j2() {
    return j2;
  }

  /** The endpoint over a project, which is ready. */
  ServerProcess endpoint(OnlineWork work) {
    return ServerProcess.start(
        List.of(nightjar.toString(), "serve", "--project", work.folder().toString(), "--port", "0"),
        folder.resolve("endpoint-" + work.workload() + ".log"));
  }

  /** The path that scores rows. */
  static String path(OnlineWork work) {
    return "/v1/models/" + work.model() + "/score";
  }

  /** The rows that were written as lines, as JSON. */
  static List<String> lines(OnlineWork work) {
    try {
      return Files.readAllLines(work.lines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Requests of one row each. */
  static List<Message> single(OnlineWork work, String path) {
    return lines(work).stream()
        .map(line -> Message.json(path, line.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /** Whether it would pay to score rows of several requests in one batch. */
  private void together() {
    for (String workload : List.of("j1", "j2", "j3", "j4")) {
      Answer.Done took = child.done(PREPARING, "together", workload);
      figures.report(workload + "-row-alone-us", took.figure("alone-us"), Figures.Better.LOWER, "");
      figures.report(
          workload + "-row-of-8-us",
          took.figure("together-us"),
          Figures.Better.LOWER,
          "scored in batches of 8");
    }
  }

  private void parity() {
    child.done(PREPARING, "run", "j2");
    try (ServerProcess endpoint = endpoint(j2)) {
      Answer.Done compared = child.done(PREPARING, "compare", "j2", endpoint.address().toString());
      figures.atMost(
          0,
          DIFFERING,
          compared.figure("differing"),
          Figures.number(compared.figure("rows"))
              + " rows, "
              + Figures.number(compared.figure("rejected"))
              + " of them rejected and "
              + Figures.number(compared.figure("flagged"))
              + " flagged");
    }
  }

  private void start() {
    // When the first one ends, what the JVM has learned of the classes is kept for those to come.
    try (ServerProcess first = endpoint(j2)) {
      first.terminate();
      if (!first.awaitEnd(ENDING)) {
        throw new BenchException("the endpoint has not ended within " + ENDING);
      }
    }
    double[] seconds = new double[scale.starts()];
    Message ready = Message.get("/v2/health/ready");
    for (int i = 0; i < seconds.length; i++) {
      try (ServerProcess endpoint = endpoint(j2)) {
        Tally tally = Load.of(endpoint.address(), List.of(ready), 1).run(Pace.count(1));
        if (tally.accepted() != 1) {
          throw new BenchException("the endpoint says that it is ready, and then " + tally.words());
        }
        seconds[i] = (System.nanoTime() - endpoint.started()) / 1e9;
      }
    }
    figures.atMost(
        2,
        "ready-seconds",
        median(seconds),
        Arrays.toString(Arrays.stream(seconds).mapToObj(Figures::number).toArray()));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private void latency() {
    try (ServerProcess endpoint = endpoint(j2)) {
      Load load = Load.of(endpoint.address(), single(j2, path(j2)), 1);
      requireAll(load.run(Pace.count(scale.warmUp())));
      Tally tally = requireAll(load.run(Pace.count(scale.measured())));
      String note = Figures.number((double) tally.accepted()) + " requests on one connection";
      figures.atMost(0.5, "one-row-median-ms", tally.millis(50), note);
      figures.atMost(3, "one-row-p99-ms", tally.millis(99), note);
      figures.report("one-row-p999-ms", tally.millis(99.9), Figures.Better.LOWER, note);
    }
  }

  /** What is measured is scoring: an error is quick. */
  static Tally requireAll(Tally tally) {
    if (tally.accepted() != tally.sent() || tally.refused() > 0) {
      throw new BenchException("not every request was answered with 200: " + tally.words());
    }
    return tally;
  }

  private void peer() {
    Optional<String> way = python.flatMap(this::peersWay);
    if (way.isEmpty()) {
      hear.accept(
          "vs-flask-torch is skipped: no python3 with torch and fastapi or flask; name one by"
              + " NIGHTJAR_BENCH_PYTHON");
      return;
    }
    try (ServerProcess endpoint = endpoint(j1);
        ServerProcess other =
            ServerProcess.start(
                List.of(python.orElseThrow(), peer.toString(), j1.weights().toString()),
                folder.resolve("peer.log"))) {
      Load ours = Load.of(endpoint.address(), single(j1, path(j1)), PEAK_CONNECTIONS);
      Load theirs = Load.of(other.address(), single(j1, "/score"), PEAK_CONNECTIONS);
      double[] our = new double[scale.rounds()];
      double[] their = new double[scale.rounds()];
      // By requests and not by time: where the machine has other work, a time warms up little.
      requireAll(ours.run(Pace.count(scale.warmUp())));
      requireAll(theirs.run(Pace.count(scale.warmUp() / 10)));
      for (int i = 0; i < our.length; i++) {
        our[i] = requireAll(ours.run(Pace.during(scale.round()))).acceptedPerSecond();
        their[i] = requireAll(theirs.run(Pace.during(scale.round()))).acceptedPerSecond();
      }
      figures.report("one-row-requests-per-s", Math.rint(median(our)), Figures.Better.HIGHER, "j1");
      figures.report(
          "peer-requests-per-s", Math.rint(median(their)), Figures.Better.HIGHER, way.get());
      figures.atLeast(
          10, "vs-flask-torch", median(our) / median(their), "PyTorch behind " + way.get());
    }
  }

  /** By what the peer would serve; empty where its libraries are missing. */
  private Optional<String> peersWay(String interpreter) {
    try {
      Process check =
          new ProcessBuilder(interpreter, peer.toString(), "--check")
              .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("peer.log").toFile()))
              .start();
      String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return check.waitFor() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      hear.accept(interpreter + " cannot be started: " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the peer is looked at", e);
    }
  }

  private void memory() {
    try (ServerProcess endpoint = endpoint(j2)) {
      Load load = Load.of(endpoint.address(), single(j2, path(j2)), 4);
      requireAll(load.run(Pace.count(scale.memory() / 2)));
      double half = endpoint.residentMib();
      requireAll(load.run(Pace.count(scale.memory() / 2)));
      double whole = endpoint.residentMib();
      String note = "after " + Figures.number((double) scale.memory()) + " requests";
      figures.report("rss-half-mib", half, Figures.Better.LOWER, "after half of them");
      figures.atMost(400, "rss-mib", whole, note);
    }
  }

  private void overload() {
    List<String> lines = lines(j2);
    List<Message> large =
        IntStream.range(0, 20)
            .mapToObj(i -> rotated(lines, i).subList(0, ROWS_OF_A_LARGE_REQUEST))
            .map(rows -> "[" + String.join(",", rows) + "]")
            .map(body -> Message.json(path(j2), body.getBytes(StandardCharsets.UTF_8)))
            .toList();
    try (ServerProcess endpoint = endpoint(j2)) {
      Load closed = Load.of(endpoint.address(), large, PEAK_CONNECTIONS);
      // The compiler takes half a core for its first minute, also of what only refusals run
      // through.
      Tally cold = requireAll(closed.run(Pace.during(scale.round().multipliedBy(4))));
      overloaded(endpoint, large, OVERLOAD * cold.acceptedPerSecond(), 8);
      double lateBefore = lateByTheServer(endpoint);
      Cpu before = Cpu.now(endpoint);
      Tally peak = requireAll(closed.run(Pace.during(scale.round())));
      Cpu between = Cpu.now(endpoint);
      Tally over = overloaded(endpoint, large, OVERLOAD * peak.acceptedPerSecond(), 2);
      Cpu atPeak = before.until(between);
      Cpu atOverload = between.until(Cpu.now(endpoint));
      figures.report(
          "peak-requests-per-s",
          peak.acceptedPerSecond(),
          Figures.Better.HIGHER,
          ROWS_OF_A_LARGE_REQUEST + " rows each, so that scoring and not HTTP is the work");
      figures.atLeast(
          0.9, "goodput-4x", over.acceptedPerSecond() / peak.acceptedPerSecond(), over.words());
      figures.report(
          "goodput-4x-per-cpu",
          over.accepted() / atOverload.endpoint() / (peak.accepted() / atPeak.endpoint()),
          Figures.Better.HIGHER,
          "the same for each second that the endpoint computed; the load took "
              + Math.round(100 * atPeak.loadShare())
              + " % of both at the peak and "
              + Math.round(100 * atOverload.loadShare())
              + " % then");
      figures.atMost(
          0,
          "late-at-4x",
          lateByTheServer(endpoint) - lateBefore,
          "accepted, and answered later than " + DEADLINE + " by the endpoint's own clock");
      figures.report(
          "seen-late-at-4x",
          (double) over.late(),
          Figures.Better.LOWER,
          "by the clock of the load, which shares the cores with the endpoint");
    }
  }

  private Tally overloaded(
      ServerProcess endpoint, List<Message> messages, double rate, int rounds) {
    return Load.of(endpoint.address(), messages, connections(rate))
        .within(DEADLINE)
        .run(Pace.rate(rate, scale.round().multipliedBy(rounds)));
  }

  /** Seconds of one core that were computed. */
  private record Cpu(double endpoint, double load) {
    static Cpu now(ServerProcess endpoint) {
      return new Cpu(endpoint.cpuSeconds(), ServerProcess.ownCpuSeconds());
    }

    Cpu until(Cpu later) {
      return new Cpu(later.endpoint - endpoint, later.load - load);
    }

    double loadShare() {
      return load / (load + endpoint);
    }
  }

  /** Of what it has answered with 200, from a request's first byte to the answer's last. */
  private static double lateByTheServer(ServerProcess endpoint) {
    double all = 0;
    double inTime = 0;
    for (String line : get(endpoint, "/metrics").lines().toList()) {
      if (line.startsWith("nightjar_requests_seconds") && line.contains("status=\"200\"")) {
        double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        all += line.startsWith("nightjar_requests_seconds_count") ? value : 0;
        inTime += line.contains("le=\"1.0\"") ? value : 0;
      }
    }
    return all - inTime;
  }

  private static String get(ServerProcess endpoint, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(endpoint.address().resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the endpoint is asked", e);
    }
  }

  /** So many that all that is due within a deadline can wait at once: fewer would hold it back. */
  private static int connections(double rate) {
    double due = Math.ceil(rate * DEADLINE.toMillis() / 1000);
    return (int) Math.min(MOST_CONNECTIONS, Math.max(PEAK_CONNECTIONS, due));
  }

  private static List<String> rotated(List<String> lines, int by) {
    List<String> rotated = new ArrayList<>(lines);
    Collections.rotate(rotated, by * ROWS_OF_A_LARGE_REQUEST / 2);
    return rotated;
  }

  @Override
  public void close() {
    child.close();
  }
}
