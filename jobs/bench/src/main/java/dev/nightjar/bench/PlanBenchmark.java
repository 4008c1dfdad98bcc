package dev.nightjar.bench;

import dev.nightjar.bench.peer.Contestant;
import dev.nightjar.bench.work.JoinWork;
import dev.nightjar.bench.worker.MllibWorker;
import dev.nightjar.bench.worker.Sink;
import dev.nightjar.bench.worker.Worker;
import dev.nightjar.run.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The benchmark of the compiled pipeline, job by job. Not thread-safe. */
final class PlanBenchmark implements AutoCloseable {
  private static final Duration PREPARING = Duration.ofMinutes(15);

  private static final String BY_THE_BOOK = "by-the-book-parquet";
  private static final String DEFAULT_THREADS = "by-the-book-default-threads-parquet";
  private static final String HAND_WRITTEN = "hand-written-parquet";
  private static final String MLLIB = "mllib-parquet";
  private static final String NIGHTJAR = "nightjar-parquet";
  private static final String NIGHTJAR_NOOP = "nightjar-noop";
  private static final String CONSTANT_NOOP = "constant-noop";
  private static final String SCAN = "scan-noop";

  private final Scale scale;
  private final Duration limit;
  private final Path folder;
  private final Consumer<String> hear;
  private final Figures figures = new Figures();
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
    contest.run(scale, limit, hear);
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
    contest.run(scale, limit, hear);
    contest.report(figures);
    judge(job, contest, vectors);
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
    Answer answer = oneThread.ask(most, words);
    if (answer instanceof Answer.Done done) {
      return done;
    }
    String reason =
        answer instanceof Answer.Failed failed ? failed.reason() : "not done within " + most;
    throw new BenchException(String.join(" ", words) + ": " + reason);
  }

  @Override
  public void close() {
    oneThread.close();
    defaultThreads.close();
    mllib.close();
  }
}
