package dev.nightjar.backfill;

import dev.nightjar.certificate.References;
import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import dev.nightjar.schedule.Interval;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.SparkSession;

/**
 * Scores the intervals that a plan says are to be scored, each in a run of its own, all in one
 * Spark. Used once. Not thread-safe.
 */
public final class Backfill {
  /** The most runs at once: each holds its views, and tasks take turns on the cores anyway. */
  public static final int MOST_AT_ONCE = 16;

  private final Job job;
  private final Settings settings;
  private final Listener listener;
  private final List<Decision> waiting;
  private final List<Decision> others;
  private final List<Ended> ended = new ArrayList<>();
  private int next;
  private Optional<String> stopped = Optional.empty();

  /**
   * How the runs are done.
   *
   * @param atOnce how many, 1 to {@value #MOST_AT_ONCE}
   * @param stopOnFailure whether no run begins after one that published nothing
   */
  public record Settings(int atOnce, boolean stopOnFailure) {}

  /** Hears of the intervals; one call at a time, from whichever thread. */
  public interface Listener {
    /** A run begins. */
    default void began(Interval interval) {}

    /** An interval is done with, by a run or without. */
    default void ended(Ended interval) {}
  }

  /** A backfill of what was decided. */
  public Backfill(Job job, List<Decision> decisions, Settings settings, Listener listener) {
    this.job = job;
    this.settings = settings;
    this.listener = listener;
    this.waiting = decisions.stream().filter(Decision::isToScore).toList();
    this.others = decisions.stream().filter(decision -> !decision.isToScore()).toList();
  }

  /** Whether a Spark session is needed at all. */
  public boolean isToScore() {
    return !waiting.isEmpty();
  }

  /** Ends the intervals that are not scored, for which no Spark is needed. */
  public void endOthers() {
    others.stream().map(Ended::without).forEach(this::end);
  }

  /**
   * Scores what is to be scored. What goes wrong with a run is told by its interval's end; it is
   * not thrown.
   */
  public void run(SparkSession spark, Clock clock) {
    int workers = Math.min(settings.atOnce(), waiting.size());
    try (References references = new References()) {
      JobRunner first = new JobRunner(spark, clock, RunListener.NONE, references);
      if (workers <= 1) {
        work(spark, first);
      } else {
        work(spark, first, workers);
      }
    }
    synchronized (this) {
      while (next < waiting.size()) {
        end(Ended.notBegun(waiting.get(next), stopped.orElse("the backfill ended before it")));
        next++;
      }
    }
  }

  private void work(SparkSession spark, JobRunner first, int workers) {
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        JobRunner runner = i == 0 ? first : first.beside(RunListener.NONE);
        all.add(threads.submit(() -> work(spark, runner)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the backfill failed", e.getCause());
    } catch (InterruptedException e) {
      stop("the backfill was interrupted");
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdown();
    }
  }

  /** Runs one interval after the other, as long as there are any. */
  private void work(SparkSession spark, JobRunner runner) {
    for (Optional<Decision> mine = take(); mine.isPresent(); mine = take()) {
      Ended now = score(runner, mine.get());
      if (spark.sparkContext().isStopped()) {
        stop("Spark was stopped (Ctrl-C, a kill, or its cluster)");
      } else if (settings.stopOnFailure() && now.isTrouble()) {
        stop("--stop-on-failure, after " + now.interval().id() + " was " + now.fate().word());
      }
      end(now);
    }
  }

  private synchronized Optional<Decision> take() {
    if (stopped.isPresent() || next == waiting.size()) {
      return Optional.empty();
    }
    Decision mine = waiting.get(next);
    next++;
    listener.began(mine.interval());
    return Optional.of(mine);
  }

  private synchronized void stop(String why) {
    stopped = Optional.of(stopped.orElse(why));
  }

  private synchronized void end(Ended one) {
    ended.add(one);
    listener.ended(one);
  }

  private Ended score(JobRunner runner, Decision decision) {
    Interval interval = decision.interval();
    long begin = System.nanoTime();
    try {
      return Ended.of(interval, runner.run(job, interval, decision.repeat()), since(begin));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      // Before its claim; what happens after it, the run records and tells itself.
      Failure failure = Failure.of(e);
      return Ended.of(interval, failure, job.environment().redact(failure.message()), since(begin));
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** What became of all intervals so far, in their order. */
  public synchronized List<Ended> ended() {
    return ended.stream().sorted(Comparator.comparing(one -> one.interval().start())).toList();
  }

  /** 0 when each interval that was asked for is published, else the first code that is not 0. */
  public int exitCode() {
    return ended().stream()
        .map(Ended::exit)
        .filter(exit -> exit != ExitCode.PUBLISHED)
        .findFirst()
        .orElse(ExitCode.PUBLISHED)
        .code();
  }
}
