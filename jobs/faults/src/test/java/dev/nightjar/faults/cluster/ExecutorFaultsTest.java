package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Await;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Signal;
import dev.nightjar.run.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executors and workers die, are stopped, or lag behind, in the middle of what they do. */
@Tag("cluster")
class ExecutorFaultsTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  private static final List<Failpoint> PLACES =
      List.of(
          Failpoint.TASK_START,
          Failpoint.TASK_BATCH_SCORED,
          Failpoint.TASK_BEFORE_COMMIT,
          Failpoint.TASK_AFTER_COMMIT);

  /** In every third trial all executors die at once. */
  private static final int ALL = 3;

  private static Bench bench;

  @BeforeAll
  static void publishOnce() {
    bench = new Bench(CLUSTER.cluster(), "executor-faults");
  }

  @AfterAll
  static void close() {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void executors_killed_in_mid_task_change_nothing() {
    int trials = Figures.trials(10);
    Random random = new Random(Figures.seed());
    for (int trial = 0; trial < trials; trial++) {
      // An executor has about half of the tasks, so its first two are sure to come.
      strike(
          PLACES.get(trial % PLACES.size()),
          1 + random.nextInt(2),
          trial % ALL == ALL - 1,
          Signal.KILL,
          Duration.ofSeconds(10));
      Figures.atLeast(trials, "executor-kills-struck", 1);
    }
  }

  /** Signals an executor, or all, while one waits at a place; the run gets over it. */
  private static void strike(
      Failpoint place, int nth, boolean all, Signal signal, Duration deadWithin) {
    long before = bench.token();
    Failpoints.Pause pause = bench.pause(place, nth);
    Submission submission = bench.submission().onExecutors(pause.option()).start();
    long paused = pause.awaitPaused(submission);

    List<ProcessHandle> executors = bench.cluster().executors();
    assertThat(executors).extracting(ProcessHandle::pid).contains(paused);
    executors.stream()
        .filter(executor -> all || executor.pid() == paused)
        .forEach(executor -> signal.to(executor.pid()));
    Instant struck = Instant.now();
    Await.until("the executor is dead", deadWithin, () -> !isAlive(paused));

    bench.requirePublished(submission, before, Optional.of(struck));
    assertThat(submission.countOfEvents("\"Reason\":\"ExecutorLostFailure\""))
        .as("tasks that were lost with an executor at " + place.word())
        .isPositive();
    Figures.struck(1);
  }

  /** What a bug in native code does: the process is gone, with no word but its crash report. */
  @Test
  void a_crash_in_native_code_costs_an_executor_and_no_row() {
    // The report that it writes takes a while.
    strike(Failpoint.TASK_BATCH_SCORED, 1, false, Signal.SEGV, Duration.ofSeconds(30));
    Figures.atLeast(1, "native-crashes", 1);
  }

  @Test
  void a_row_that_ends_every_executor_ends_the_run_with_a_reason_and_leaves_the_old_result() {
    long before = bench.token();
    Submission submission =
        bench.submission().onExecutors(Failpoints.halt(Failpoint.TASK_BATCH_SCORED)).start();

    Submission.Ended ended = submission.await();

    assertThat(ended.exit()).as(submission.describe()).isEqualTo(ExitCode.FAILED.code());
    assertThat(ended.err())
        // Which of its two reasons Spark gives depends on who asks first for the lost rows.
        .containsPattern("executors died (over the rows of partition|[0-9]+ times with rows)")
        .contains("ends the process, in native code or by its memory", "nothing is published");
    assertThat(bench.token()).isEqualTo(before);
    bench.requireRight(submission.describe());
    bench.cluster().removeWork();
    Figures.atLeast(1, "poison-rows", 1);
  }

  @Test
  void a_worker_lost_with_its_executor_changes_nothing() {
    long before = bench.token();
    Failpoints.Pause pause = bench.pause(Failpoint.TASK_BATCH_SCORED, 1);
    Submission submission = bench.submission().onExecutors(pause.option()).start();
    long paused = pause.awaitPaused(submission);

    Cluster.Worker lost = bench.cluster().workerOf(paused);
    bench.cluster().lose(lost);
    Instant struck = Instant.now();
    Await.until("the executor is dead", Duration.ofSeconds(10), () -> !isAlive(paused));

    bench.requirePublished(submission, before, Optional.of(struck));
    assertThat(submission.countOfEvents("\"Reason\":\"ExecutorLostFailure\"")).isPositive();
    Figures.atLeast(1, "workers-lost", 1);
    Figures.struck(1);
    bench.cluster().startWorker(Map.of());
  }

  /**
   * A long pause, as of a garbage collector or a host that is short of memory: the driver gives the
   * executor up and has its task done elsewhere, and then the executor goes on with its commit. Its
   * worker stands still with it, or would end it first.
   */
  @Test
  void an_executor_that_goes_on_with_its_commit_after_it_was_given_up_doubles_nothing() {
    long before = bench.token();
    Failpoints.Pause commit = bench.pause(Failpoint.TASK_BEFORE_COMMIT, 1);
    Failpoints.Pause allDone = bench.pause(Failpoint.JOB_BEFORE_COMMIT, 1);
    Submission submission =
        bench.submission().onExecutors(commit.option()).onDriver(allDone.option()).start();
    long zombie = commit.awaitPaused(submission);
    long worker = bench.cluster().workerOf(zombie).process().pid();
    Signal.STOP.to(worker);
    Signal.STOP.to(zombie);
    commit.go();

    try {
      // Every task is done, so this one was done by another executor.
      allDone.awaitPaused(submission);
      assertThat(isAlive(zombie)).as("the executor that was given up is still there").isTrue();
      Signal.CONT.to(zombie);
      // Its own log goes through its worker, which stands still; the driver hears from it.
      Await.until(
          "the executor came to the end of its commit; " + submission.describe(),
          Duration.ofSeconds(30),
          () -> submission.describe().contains("state FINISHED) from unknown executor"));
      allDone.go();
    } finally {
      Signal.CONT.to(worker);
    }

    bench.requirePublished(submission, before, Optional.empty());
    Figures.atLeast(1, "zombie-commits", 1);
    Figures.struck(1);
  }

  @Test
  void a_straggler_and_the_copy_that_speculation_makes_of_its_task_double_nothing() {
    long before = bench.token();
    Failpoints.Pause commit = bench.pause(Failpoint.TASK_BEFORE_COMMIT, 1);
    Failpoints.Pause allDone = bench.pause(Failpoint.JOB_BEFORE_COMMIT, 1);
    Submission submission =
        bench
            .submission()
            .setting("spark.speculation", "true")
            .setting("spark.speculation.interval", "100ms")
            .setting("spark.speculation.multiplier", "1.1")
            .setting("spark.speculation.quantile", "0.5")
            .setting("spark.speculation.minTaskRuntime", "500ms")
            .onExecutors(commit.option())
            .onDriver(allDone.option())
            .start();
    commit.awaitPaused(submission);
    allDone.awaitPaused(submission);
    commit.go();
    allDone.go();

    bench.requirePublished(submission, before, Optional.empty());
    int speculated = submission.countOfEvents("\"Speculative\":true");
    assertThat(speculated).as("events of speculated tasks").isPositive();
    Figures.atLeast(1, "speculated-tasks", speculated);
    Figures.struck(1);
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
