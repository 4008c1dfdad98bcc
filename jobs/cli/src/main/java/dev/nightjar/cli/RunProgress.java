package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.Step;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Shows on standard error how far a run is: a bar over Spark's tasks for a person at a terminal, a
 * line for each step otherwise, so that a log stays readable.
 */
final class RunProgress implements RunListener, AutoCloseable {
  private static final long REFRESH_MILLIS = 200;

  private final PrintWriter err;
  private final int runs;
  private final boolean terminal;
  private final Timer refresher = new Timer("nightjar-progress", true);
  private @Nullable ProgressBar bar;
  private @Nullable SparkSession spark;
  private String title = "";

  RunProgress(CommandSpec spec, int runs) {
    this.err = spec.commandLine().getErr();
    this.runs = runs;
    // A bar would be painted over by the log.
    this.terminal = Console.isTerminal() && !Main.isVerbose(spec);
  }

  /** Starts Spark and says so. */
  OpenSession starting(Supplier<OpenSession> start) {
    show("starting Spark");
    return start.get();
  }

  /** Follows the stages of this session. */
  RunProgress following(SparkSession session) {
    this.spark = session;
    if (terminal) {
      refresher.schedule(
          new TimerTask() {
            @Override
            public void run() {
              refresh();
            }
          },
          REFRESH_MILLIS,
          REFRESH_MILLIS);
    }
    return this;
  }

  @Override
  public void runStarted(Job job, Interval interval) {
    title = job.name() + " " + interval.id() + ": ";
  }

  @Override
  public void started(Step step) {
    show(title + step.doing());
  }

  @Override
  public void finished(Step step, Duration took) {
    if (!terminal && runs == 1) {
      err.println(
          "nightjar: "
              + title
              + step.doing()
              + " took "
              + Console.seconds(took.toMillis() / 1000.0));
      err.flush();
    }
  }

  /** Takes the bar away, so that something else can be printed. */
  synchronized void clear() {
    if (bar != null) {
      bar.close();
      bar = null;
      err.print("\r\033[2K");
      err.flush();
    }
  }

  /** Says what goes on now, over Spark's tasks. */
  synchronized void show(String text) {
    if (!terminal) {
      return;
    }
    clear();
    bar =
        new ProgressBarBuilder()
            .setTaskName(text)
            .setInitialMax(0)
            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .hideEta()
            .build();
  }

  private synchronized void refresh() {
    if (bar == null || spark == null) {
      return;
    }
    int total = 0;
    int done = 0;
    for (int id : spark.sparkContext().statusTracker().getActiveStageIds()) {
      SparkStageInfo stage =
          spark.sparkContext().statusTracker().getStageInfo(id).getOrElse(() -> null);
      if (stage != null) {
        total += stage.numTasks();
        done += stage.numCompletedTasks();
      }
    }
    if (total > 0) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    refresher.cancel();
    clear();
  }
}
