package dev.nightjar.bench;

import dev.nightjar.bench.kernel.Kernels;
import dev.nightjar.bench.peer.Contestant;
import dev.nightjar.bench.work.JoinWork;
import dev.nightjar.bench.worker.MllibWorker;
import dev.nightjar.bench.worker.RequestLoop;
import dev.nightjar.bench.worker.Sink;
import dev.nightjar.bench.worker.Worker;
import dev.nightjar.run.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The benchmark of the compiled pipeline, job by job. Not thread-safe. */
final class PlanBenchmark implements AutoCloseable {
  /** The figure that must be zero. */
  static final String DIFFERING = "differing-outcomes";

  /** The figure that must be within tolerance, as a share of it. */
  static final String MAX_DIFFERENCE = "max-difference";

  private static final int MIB = 1 << 20;
  private static final Duration PREPARING = Duration.ofMinutes(15);

  private static final String BY_THE_BOOK = "by-the-book-parquet";
  private static final String DEFAULT_THREADS = "by-the-book-default-threads-parquet";
  private static final String HAND_WRITTEN = "hand-written-parquet";
  private static final String MLLIB = "mllib-parquet";
  private static final String NIGHTJAR = "nightjar-parquet";
  private static final String NIGHTJAR_SCORES = "nightjar-scores-parquet";
  private static final String NIGHTJAR_NOOP = "nightjar-noop";
  private static final String CONSTANT_NOOP = "constant-noop";
  private static final String SCAN = "scan-noop";

  private final Scale scale;
  private final Duration limit;
  private final Path folder;
  private final Consumer<String> hear;
  private final Jvms jvms;
  private final Figures figures = new Figures();
  private final List<String> compared = new ArrayList<>();
  private double differing;
  private double greatestShare;
  private double greatestDifference;
  private final Child oneThread;
  private final Child defaultThreads;
  private final Child mllib;

  /**
   * @param limit the longest that one measurement may take
   * @param folder for data, bundles and logs
   * @param hear what goes on, for people
   */
  PlanBenchmark(Scale scale, Duration limit, Path folder, Jvms jvms, Consumer<String> hear) {
    this.scale = scale;
    this.limit = limit;
    this.folder = folder;
    this.jvms = jvms;
    this.hear = hear;
    String worker = Worker.class.getName();
    List<String> data = List.of(folder.toString());
    this.oneThread =
        jvms.child("one-thread", jvms.classPath(), Optional.of("1"), worker, data, folder);
    this.defaultThreads =
        jvms.child("default-threads", jvms.classPath(), Optional.empty(), worker, data, folder);
    this.mllib =
        jvms.child(
            "mllib",
            jvms.mllibClassPath(),
            Optional.of("1"),
            MllibWorker.class.getName(),
            List.of(),
            folder);
  }

  /** Runs these jobs. */
  Figures run(Set<String> jobs) {
    for (String job : List.of("j1", "j2", "j3", "j4")) {
      if (jobs.contains(job)) {
        rows(job);
      }
    }
    if (jobs.contains(JoinWork.JOB)) {
      join();
    }
    if (!compared.isEmpty()) {
      figures.atMost(0, DIFFERING, differing, String.join("; ", compared));
      figures.atMost(1, MAX_DIFFERENCE, greatestShare, "of what tolerance allows");
      figures.report("max-absolute-difference", greatestDifference, Figures.Better.LOWER, "");
    }
    return figures;
  }

  private void join() {
    String job = JoinWork.JOB;
    long rows = scale.rows(job);
    hear.accept(job + ": making " + Figures.number((double) rows) + " rows, views and the bundle");
    ask(PREPARING, "prepare-join", Long.toString(rows));
    Contest contest = new Contest(job, rows);
    contest.add(NIGHTJAR, oneThread, "join", Contestant.NIGHTJAR.word());
    contest.add(BY_THE_BOOK, oneThread, "join", Contestant.BY_THE_BOOK.word());
    contest.run(scale.warmUp(), scale.rounds(), limit, hear);
    contest.report(figures);
    Samples ours = contest.samples(NIGHTJAR);
    for (Step step : Step.values()) {
      double seconds = ours.median(step.word());
      if (!Double.isNaN(seconds)) {
        figures.report("j5-" + step.word() + "-s", seconds, Figures.Better.LOWER, step.doing());
      }
    }
    report("j5-vs-by-the-book", contest.ratio(BY_THE_BOOK, NIGHTJAR));
    figures.atMost(
        0.15,
        "audit-share",
        (ours.median(Step.AUDIT.word()) + ours.median(Step.PUBLISH.word())) / ours.median(),
        "");
  }

  private void rows(String job) {
    long rows = scale.rows(job);
    hear.accept(job + ": making " + Figures.number((double) rows) + " rows and the bundle");
    ask(PREPARING, "prepare", job, Long.toString(rows));
    boolean vectors = job.equals("j1") || job.equals("j2");
    Contest contest = new Contest(job, rows);
    add(contest, NIGHTJAR, job, Contestant.NIGHTJAR, Sink.PARQUET);
    add(contest, BY_THE_BOOK, job, Contestant.BY_THE_BOOK, Sink.PARQUET);
    add(contest, HAND_WRITTEN, job, Contestant.HAND_WRITTEN, Sink.PARQUET);
    contest.add(
        DEFAULT_THREADS,
        defaultThreads,
        "measure",
        job,
        Contestant.BY_THE_BOOK.word(),
        Sink.PARQUET.word());
    if (vectors) {
      add(contest, NIGHTJAR_SCORES, job, Contestant.NIGHTJAR_SCORES, Sink.PARQUET);
      add(contest, NIGHTJAR_NOOP, job, Contestant.NIGHTJAR, Sink.NOOP);
      add(contest, CONSTANT_NOOP, job, Contestant.CONSTANT, Sink.NOOP);
      add(contest, SCAN, job, Contestant.SCAN, Sink.NOOP);
    }
    if (job.equals("j1")) {
      contest.add(
          MLLIB,
          mllib,
          folder.resolve("j1/data").toString(),
          Sink.PARQUET.word(),
          folder.resolve("out/j1-mllib").toString());
    }
    contest.run(scale.warmUp(), scale.rounds(), limit, hear);
    contest.report(figures);
    judge(job, contest, vectors);
    agree(job);
    if (vectors) {
      engines(job);
    }
    compare(job);
    if (job.equals("j2")) {
      kernels();
      if (scale.withMemory()) {
        memory(rows);
      }
    }
  }

  /** A contestant that computes something else is no contestant. */
  private void agree(String job) {
    Answer.Done done =
        ask(
            PREPARING,
            "agree",
            job,
            Contestant.NIGHTJAR.word(),
            Contestant.BY_THE_BOOK.word(),
            Contestant.HAND_WRITTEN.word());
    if (done.figure("differing") > 0) {
      throw new BenchException(
          Figures.number(done.figure("differing"))
              + " rows of "
              + job
              + " are scored differently by the contestants, so their times say nothing");
    }
  }

  private void engines(String job) {
    hear.accept(job + ": the engines alone");
    double seconds = scale.equals(Scale.QUICK) ? 0.3 : 1.5;
    ask(PREPARING, "engines", job, Double.toString(seconds)).figures().entrySet().stream()
        .filter(entry -> !entry.getKey().equals(RequestLoop.CPU))
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(PlanBenchmark::batch)))
        .forEach(
            entry ->
                figures.report(
                    job + "-engine-" + entry.getKey() + "-rows-per-s",
                    Math.rint(entry.getValue()),
                    Figures.Better.HIGHER,
                    "one thread, arrays in memory"));
  }

  /** The engine's name and its batch, to be sorted by. */
  private static String batch(String name) {
    int dash = name.indexOf('-');
    return name.substring(0, dash) + String.format("%6s", name.substring(dash + 1));
  }

  private void compare(String job) {
    long rows = scale.compared(job);
    hear.accept(job + ": " + Figures.number((double) rows) + " random rows against the reference");
    Answer.Done done = ask(PREPARING, "compare", job, Long.toString(rows));
    differing += done.figure("differing");
    greatestShare = Math.max(greatestShare, done.figure("share"));
    greatestDifference = Math.max(greatestDifference, done.figure("difference"));
    compared.add(
        String.format(
            Locale.ROOT,
            "%s: %s rows, %.0f %% scored",
            job,
            Figures.number((double) rows),
            100 * done.figure("scored") / rows));
  }

  private void kernels() {
    hear.accept("j2: kernels by JMH");
    Kernels.Times times =
        Kernels.run(
            folder.resolve("j2/bundle"),
            jvms.options(),
            scale.equals(Scale.QUICK) ? 1 : 3,
            folder.resolve("jmh.log"));
    figures.report(
        "j2-transform-compiled-ns", times.compiledNanos(), Figures.Better.LOWER, "a row, JMH");
    figures.report(
        "j2-transform-datavec-ns", times.datavecNanos(), Figures.Better.LOWER, "a row, JMH");
    figures.atLeast(
        20, "j2-transform-vs-datavec", times.datavecNanos() / times.compiledNanos(), "");
    figures.atMost(15, "j2-one-row-us", times.oneRowMicros(), "JMH, the median");
  }

  private void memory(long rows) {
    hear.accept("j2: memory at " + rows + " and at " + 10 * rows + " rows");
    double once = memory(rows, 1);
    double tenTimes = memory(rows, 10);
    figures.atMost(1.1, "memory-30m-vs-3m", tenTimes / once, "live heap and native bytes");
  }

  private double memory(long rows, int times) {
    try (Child child =
        jvms.child(
            "memory-" + times,
            jvms.classPath(),
            Optional.of("1"),
            Worker.class.getName(),
            List.of(folder.toString()),
            folder,
            List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"))) {
      Answer.Done done = child.done(PREPARING, "memory", "j2", Integer.toString(times));
      String at = "j2-memory-" + times * rows / 1_000_000 + "m-";
      figures.report(at + "live-mib", done.figure("live") / MIB, Figures.Better.LOWER, "");
      figures.report(at + "native-mib", done.figure("native") / MIB, Figures.Better.LOWER, "");
      return done.figure("live") + done.figure("native");
    }
  }

  private void add(Contest contest, String name, String job, Contestant contestant, Sink sink) {
    contest.add(name, oneThread, "measure", job, contestant.word(), sink.word());
  }

  private void judge(String job, Contest contest, boolean vectors) {
    double byTheBook = contest.ratio(BY_THE_BOOK, NIGHTJAR);
    if (job.equals("j2")) {
      figures.atLeast(5.5, "j2-vs-by-the-book", byTheBook, "");
    } else {
      report(job + "-vs-by-the-book", byTheBook);
    }
    report(job + "-vs-by-the-book-default-threads", contest.ratio(DEFAULT_THREADS, NIGHTJAR));
    double handWritten = contest.ratio(HAND_WRITTEN, NIGHTJAR);
    if (vectors) {
      boolean first = job.equals("j1");
      figures.atLeast(first ? 1.3 : 1.5, job + "-vs-handwritten", handWritten, "");
      figures.atLeast(first ? 0.5 : 0.6, job + "-vs-scan", contest.ratio(SCAN, NIGHTJAR_NOOP), "");
      report(job + "-scores-vs-by-the-book", contest.ratio(BY_THE_BOOK, NIGHTJAR_SCORES));
      report(job + "-scores-vs-handwritten", contest.ratio(HAND_WRITTEN, NIGHTJAR_SCORES));
      report(job + "-constant-vs-scan", contest.ratio(SCAN, CONSTANT_NOOP));
    } else {
      report(job + "-vs-handwritten", handWritten);
    }
    if (contest.has(MLLIB)) {
      report(job + "-vs-mllib", contest.ratio(MLLIB, NIGHTJAR));
    }
  }

  private void report(String name, double value) {
    figures.report(name, value, Figures.Better.HIGHER, "");
  }

  /** Asks the JVM of one thread for what has to be there. */
  private Answer.Done ask(Duration most, String... words) {
    return oneThread.done(most, words);
  }

  @Override
  public void close() {
    oneThread.close();
    defaultThreads.close();
    mllib.close();
  }
}
