package dev.nightjar.run;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.certificate.References;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Stage;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Placement;
import dev.nightjar.engine.PlacementException;
import dev.nightjar.feature.spark.KnownFiles;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.registry.Registry;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.schedule.Interval;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs jobs in one Spark session, one run after the other; a bundle that stays the same is loaded
 * once for all of them. Not thread-safe: {@link #beside} gives one for another thread.
 */
public final class JobRunner {
  /** The system property that names the submission which started this process, if one did. */
  public static final String SUBMISSION = "nightjar.submission";

  private static final int SAMPLE = 10;
  private static final int MOST_SHOWN = 1_000;

  private final SparkSession spark;
  private final Clock clock;
  private final RunListener listener;
  private final Optional<References> shared;
  private final LoadedBundle loaded;
  private final KnownFiles files;

  /** Runs in this session, whose time zone it sets to UTC. */
  public JobRunner(SparkSession spark, Clock clock, RunListener listener) {
    this(spark, clock, listener, Optional.empty(), new LoadedBundle(), new KnownFiles());
  }

  /**
   * The same, whose runs share the process that computes certificates, and leave it running.
   *
   * @param shared to be closed when there are no more runs
   */
  public JobRunner(SparkSession spark, Clock clock, RunListener listener, References shared) {
    this(spark, clock, listener, Optional.of(shared), new LoadedBundle(), new KnownFiles());
  }

  private JobRunner(
      SparkSession spark,
      Clock clock,
      RunListener listener,
      Optional<References> shared,
      LoadedBundle loaded,
      KnownFiles files) {
    this.shared = shared;
    this.spark = Sessions.prepared(spark);
    this.clock = clock;
    this.listener = listener;
    this.loaded = loaded;
    this.files = files;
  }

  /**
   * A runner for another thread, in a session of its own of the same Spark, whose settings nobody
   * else changes. The bundle that is loaded is the same for both.
   *
   * @param hears of its runs, in that thread
   */
  public JobRunner beside(RunListener hears) {
    return new JobRunner(spark.newSession(), clock, hears, shared, loaded, files);
  }

  /**
   * Scores an interval and publishes the result, also where it has one already.
   *
   * @throws dev.nightjar.result.ResultException when the output path cannot be written
   */
  public RunResult run(Job job, Interval interval) {
    return run(job, interval, Repeat.PUBLISH_AGAIN);
  }

  /**
   * Scores an interval and publishes the result. Whatever happens after the output path was found
   * writable is recorded there and told by the result; it is not thrown.
   *
   * @param repeat what to do where the interval is published; a run that leaves it as it is ends
   *     with {@link ExitCode#PUBLISHED} and without a manifest
   * @throws dev.nightjar.result.ResultException when the output path cannot be written
   */
  public RunResult run(Job job, Interval interval, Repeat repeat) {
    listener.runStarted(job, interval);
    ResultStore store = store(spark.sparkContext().hadoopConfiguration(), job);
    store.checkWritable();
    long token = store.claim(interval.id(), owner());
    if (shared.isPresent()) {
      return attempt(job, interval, store, token, repeat, shared.get());
    }
    try (References own = new References()) {
      return attempt(job, interval, store, token, repeat, own);
    }
  }

  private RunResult attempt(
      Job job,
      Interval interval,
      ResultStore store,
      long token,
      Repeat repeat,
      References references) {
    StepTimer timer = new StepTimer(listener);
    try (TableReader tables = tables(job);
        Publication publication = new Publication(spark, job, store, repeat)) {
      return new AttemptSteps(
              spark, job, interval, store, token, publication, references, clock, timer)
          .run(() -> preflight(tables, job, interval));
    }
  }

  /**
   * Scores the rejected rows of a published result again and, when one of them has another outcome
   * now, publishes the result with them. As for a run, what happens once a token is claimed is
   * recorded and told by the result; nothing is claimed before it is known that there is something
   * to do.
   *
   * @param dryRun whether to tell only what would come of it
   * @throws dev.nightjar.result.ResultException when the interval is not published, or the output
   *     path cannot be written
   * @throws RefusedException when rows of the input that were not rejected have changed since
   * @throws PreflightException when the job does not fit what is there
   */
  public ReplayResult replay(Job job, Interval interval, boolean dryRun) {
    listener.runStarted(job, interval);
    ResultStore store = store(spark.sparkContext().hadoopConfiguration(), job);
    if (!dryRun) {
      try (Publication unfinished = new Publication(spark, job, store, Repeat.PUBLISH_AGAIN)) {
        unfinished.catchUp(interval.id());
      }
    }
    Manifest previous = store.requireCurrent(interval.id());
    if (previous.rows().rejected() == 0) {
      return new ReplayResult.Nothing(
          "no row of the result of " + interval.id() + " is rejected: there is nothing to replay");
    }
    try (TableReader tables = tables(job)) {
      StepTimer timer = new StepTimer(listener);
      Plan plan = timer.time(Step.PREFLIGHT, () -> preflight(tables, job, interval));
      Replay replay = Replay.of(spark, store, previous, plan);
      ReplayTally tally = replay.tally();
      if (!tally.changes()) {
        return new ReplayResult.Nothing(
            tally.again()
                + (tally.again() == 1 ? " row was" : " rows were")
                + " scored again and came out as before: nothing is changed");
      }
      if (dryRun) {
        return new ReplayResult.Tried(tally);
      }
      store.checkWritable();
      long token = store.claim(interval.id(), owner());
      try (References own = new References();
          Publication publication = new Publication(spark, job, store, Repeat.PUBLISH_AGAIN)) {
        return new ReplayResult.Ran(
            tally,
            new AttemptSteps(spark, job, interval, store, token, publication, own, clock, timer)
                .replay(plan, replay, tally));
      }
    }
  }

  /**
   * Scores an interval, or its first rows, and tells what would come of it. Writes nothing.
   *
   * @param limit the most rows to score; empty for all
   */
  public Trial tryOut(Job job, Interval interval, Optional<Integer> limit) {
    listener.runStarted(job, interval);
    try (TableReader tables = tables(job)) {
      return tryOut(tables, job, interval, limit);
    }
  }

  private Trial tryOut(TableReader tables, Job job, Interval interval, Optional<Integer> limit) {
    StepTimer timer = new StepTimer(listener);
    Plan plan = timer.time(Step.PREFLIGHT, () -> preflight(tables, job, interval));
    InputRows.Counts input = timer.time(Step.READ, () -> plan.input().count());
    Optional<String> refusal = InputRows.refusal(job, interval, input);
    Dataset<Row> rows = ScoredRows.of(plan, job.name() + "/" + interval.id() + "/trial");
    Dataset<Row> chosen = limit.map(rows::limit).orElse(rows).cache();
    try {
      WrittenTally tally = timer.time(Step.SCORE, () -> WrittenTally.of(chosen, job.input().key()));
      if (refusal.isEmpty() && limit.isEmpty()) {
        long rejected = tally.counts().getOrDefault(Outcome.REJECTED, 0L);
        refusal = Audit.refusal(job, rejected, tally.keys().count(), tally.rejections());
      }
      List<Row> sample = chosen.takeAsList(Math.min(limit.orElse(SAMPLE), MOST_SHOWN));
      return new Trial(input.read(), tally.counts(), sample, refusal);
    } finally {
      chosen.unpersist();
    }
  }

  /** What a run of that interval would do; reads no row at length and writes nothing. */
  public RunPlan plan(Job job, Interval interval) {
    listener.runStarted(job, interval);
    try (TableReader tables = tables(job)) {
      Plan plan =
          new StepTimer(listener).time(Step.PREFLIGHT, () -> preflight(tables, job, interval));
      return new PlanReport(spark, plan).of();
    }
  }

  /**
   * Audits the join of an interval against time, on a sample of its rows. Writes nothing.
   *
   * @param sample the most rows to look at; the same ones each time
   * @param delays for which to tell what would have been answered had values arrived later
   */
  public PointInTimeReport auditTimes(
      Job job, Interval interval, int sample, List<Duration> delays) {
    listener.runStarted(job, interval);
    try (TableReader tables = tables(job)) {
      Plan plan =
          new StepTimer(listener).time(Step.PREFLIGHT, () -> preflight(tables, job, interval));
      return ScoredRows.auditTimes(plan, sample, delays);
    }
  }

  /**
   * How a row of a published result came to be: computed anew, by the bundle that has scored it
   * where that can still be had, and held against what was published. Writes nothing.
   *
   * @param key the values of the job's key columns with commas between them, or {@code
   *     column=value} for each
   * @throws dev.nightjar.result.ResultException when the interval is not published
   * @throws PreflightException when the key cannot be one of the job's, or no row has it; or when
   *     the job does not fit what is there
   */
  public RowExplanation explain(Job job, Interval interval, String key) {
    listener.runStarted(job, interval);
    RowKey named = RowKey.parse(job.input().key(), key);
    ResultStore store = store(spark.sparkContext().hadoopConfiguration(), job);
    Manifest manifest = store.requireCurrent(interval.id());
    try (TableReader tables = tables(job)) {
      StepTimer timer = new StepTimer(listener);
      return new RowExplainer(spark, job, interval, store, manifest)
          .explain(
              named, other -> timer.time(Step.PREFLIGHT, () -> preflight(tables, other, interval)));
    }
  }

  /**
   * Rejected rows of a published result.
   *
   * @param stage only those that were rejected there
   * @param field only those that were rejected because of it
   * @param limit the most rows that are given, by key
   * @throws dev.nightjar.result.ResultException when the interval is not published
   */
  public Quarantine.Shown quarantine(
      Job job, Interval interval, Optional<Stage> stage, Optional<String> field, int limit) {
    ResultStore store = store(spark.sparkContext().hadoopConfiguration(), job);
    return new Quarantine(spark, job, store, store.requireCurrent(interval.id()))
        .rows(stage, field, limit);
  }

  /**
   * The memory that a job's bundle takes, found from its files alone, without Spark.
   *
   * @param noGpu why tasks will get no GPU, as far as that is known; asked for only where the job
   *     asks for one
   * @throws PreflightException when it cannot run on the engine or device that the job asks for
   * @throws dev.nightjar.bundle.BundleException when there is none, or it is not sound
   * @throws dev.nightjar.registry.RegistryException when the job's reference means nothing
   */
  public static MemoryNeed memory(Configuration hadoop, Job job, Supplier<Optional<String>> noGpu) {
    Bundle bundle = Bundle.check(NamedBundle.files(hadoop, job));
    EngineChoice engine = job.engine().choice();
    try {
      if (job.device().choice() == DeviceChoice.GPU) {
        Placement.decide(bundle, engine, DeviceChoice.GPU, noGpu.get());
      }
      return MemoryNeed.of(bundle, Placement.engine(bundle, engine));
    } catch (PlacementException e) {
      throw NamedBundle.refused(job, e);
    }
  }

  /** The store under a job's output path. */
  public static ResultStore store(Configuration hadoop, Job job) {
    return ResultStore.at(hadoop, Preflight.resolved(job, job.output().path().text()));
  }

  /** The registry of a job's project, to look things up in. */
  public static Registry registry(Configuration hadoop, Job job) {
    return NamedBundle.registry(hadoop, job);
  }

  private TableReader tables(Job job) {
    return new TableReader(spark, job.project().toString(), files);
  }

  private Plan preflight(TableReader tables, Job job, Interval interval) {
    return new Preflight(spark, tables, job, interval).check(loaded);
  }

  private static String owner() {
    String process =
        "pid " + ProcessHandle.current().pid() + " of " + System.getProperty("user.name", "?");
    String submission = System.getProperty(SUBMISSION);
    return submission == null ? process : process + ", submission " + submission;
  }
}
