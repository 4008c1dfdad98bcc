package dev.nightjar.bench;

import dev.nightjar.bench.load.Connection;
import dev.nightjar.bench.load.Load;
import dev.nightjar.bench.load.Message;
import dev.nightjar.bench.load.Mutations;
import dev.nightjar.bench.load.Pace;
import dev.nightjar.bench.load.Tally;
import dev.nightjar.bench.work.OnlineWork;
import dev.nightjar.registry.Registry;
import dev.nightjar.storage.LocalStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** What clients see when a model changes, the endpoint ends, or what they send is spoilt. */
final class OnlineFaults {
  private static final int CONNECTIONS = 8;
  private static final int UNAVAILABLE = 503;
  private static final long SEED = 20_261_130;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BEFORE = Duration.ofSeconds(2);

  private final OnlineBenchmark benchmark;
  private final OnlineScale scale;
  private final Figures figures;
  private final OnlineWork work;
  private final List<Message> requests;

  OnlineFaults(OnlineBenchmark benchmark) {
    this.benchmark = benchmark;
    this.scale = benchmark.scale();
    this.figures = benchmark.figures();
    this.work = benchmark.j2();
    this.requests = OnlineBenchmark.single(work, OnlineBenchmark.path(work));
  }

  /** Moves the alias to and fro; each time the load goes on until the other version answers. */
  void reload() {
    Registry registry = Registry.at(new LocalStorage(work.folder().resolve("models")));
    try (ServerProcess endpoint = benchmark.endpoint(work);
        Connection eye = new Connection(endpoint.address(), LIMIT)) {
      Load.Running load = Load.of(endpoint.address(), requests, CONNECTIONS).start();
      double[] seconds = new double[scale.reloads()];
      for (int i = 0; i < seconds.length; i++) {
        String version = OnlineWork.VERSIONS.get((i + 1) % OnlineWork.VERSIONS.size());
        registry.promote(work.model(), version, OnlineWork.ALIAS, "bench", Optional.empty());
        seconds[i] = secondsUntil(eye, "\"version\":\"" + version + "\"");
      }
      Tally tally = load.stop();
      figures.atMost(
          0,
          "failed-on-reload",
          (double) (tally.sent() - tally.accepted() + tally.refused()),
          scale.reloads() + " reloads; " + tally.words());
      figures.report(
          "reload-seconds",
          OnlineBenchmark.median(seconds),
          Figures.Better.LOWER,
          "from the alias' move to the first answer of the other version, "
              + Figures.number(Arrays.stream(seconds).max().orElse(Double.NaN))
              + " at most");
    }
  }

  private double secondsUntil(Connection eye, String answer) {
    long begin = System.nanoTime();
    try {
      String body;
      do {
        Connection.Reply reply = eye.send(requests.get(0));
        body = reply.body();
        if (System.nanoTime() - begin > LIMIT.toNanos()) {
          throw new BenchException("no answer with " + answer + " within " + LIMIT + ": " + body);
        }
      } while (!body.replace(" ", "").contains(answer));
    } catch (IOException e) {
      throw new UncheckedIOException("the endpoint does not answer while a model changes", e);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /**
   * SIGTERM under load. An answer of 503 is no failure: it says that the request was not taken. A
   * connection that ends with a request on it, or within an answer, is one.
   */
  void drain() {
    try (ServerProcess endpoint = benchmark.endpoint(work)) {
      Load load = Load.of(endpoint.address(), requests, CONNECTIONS);
      OnlineBenchmark.requireAll(load.run(Pace.during(BEFORE)));
      Load.Running running = load.start();
      load.run(Pace.during(BEFORE)); // more load, for as long as the other goes on before the end
      long begin = System.nanoTime();
      endpoint.terminate();
      boolean isEnded = endpoint.awaitEnd(LIMIT);
      double seconds = (System.nanoTime() - begin) / 1e9;
      Tally tally = running.stop();
      long failed = tally.lost() + tally.serverErrors() - tally.answeredWith(UNAVAILABLE);
      figures.atMost(
          0,
          "failed-on-drain",
          (double) failed + (isEnded ? 0 : 1),
          tally.words()
              + (isEnded ? "; ended after " + Figures.number(seconds) + " s" : "; did not end"));
    }
  }

  /** Spoilt bodies, most of them to be scored, others to be explained or as tensors. */
  void fuzz() {
    List<String> sound = new ArrayList<>(OnlineBenchmark.lines(work).subList(0, 20));
    sound.add("[" + String.join(",", sound.subList(0, 3)) + "]");
    sound.add(
        "{\"inputs\":[{\"name\":\"input-0\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}");
    Mutations mutations = new Mutations(sound, SEED);
    List<String> paths =
        List.of(
            OnlineBenchmark.path(work),
            OnlineBenchmark.path(work),
            "/v1/models/" + work.model() + "/explain",
            "/v2/models/" + work.model() + "/infer");
    LongFunction<Message> spoilt =
        number -> Message.json(paths.get((int) (number % paths.size())), mutations.body(number));
    try (ServerProcess endpoint = benchmark.endpoint(work)) {
      OnlineBenchmark.requireAll(
          Load.of(endpoint.address(), requests, CONNECTIONS).run(Pace.count(scale.warmUp())));
      double before = endpoint.residentMib();
      Tally tally =
          new Load(endpoint.address(), spoilt, CONNECTIONS, LIMIT).run(Pace.count(scale.spoilt()));
      boolean isAlive = endpoint.isAlive();
      figures.atMost(
          0,
          "fuzz-5xx",
          (double) (tally.serverErrors() + tally.lost() + (isAlive ? 0 : 1)),
          tally.words() + (isAlive ? "" : "; the server died"));
      if (isAlive) {
        OnlineBenchmark.requireAll(
            Load.of(endpoint.address(), requests, 1).run(Pace.count(requests.size())));
        figures.report(
            "fuzz-rss-growth-mib",
            endpoint.residentMib() - before,
            Figures.Better.LOWER,
            "from " + Figures.number(before));
      }
    }
  }
}
