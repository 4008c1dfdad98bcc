package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Repeat;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Sessions;
import dev.nightjar.run.Trial;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar run}. */
@Command(
    name = "run",
    description = "Scores an interval, or several one after the other, and publishes each result.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Which which;

  @Option(names = "--dry-run", description = "Do everything but write, and tell what would come.")
  private boolean dryRun;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Score only N rows and show them. Never publishes.")
  private @Nullable Integer limit;

  @Option(
      names = "--while-stdin",
      hidden = true,
      description =
          "End at once, as if killed, when the standard input ends: whoever holds it is gone.")
  private boolean whileStdin;

  @Option(
      names = "--unless-published",
      description =
          "Leave an interval alone that is published already, or comes to be while it is scored"
              + " here, and end with 0.")
  private boolean unlessPublished;

  /** One interval, or all between two. */
  private static final class Which {
    @Option(
        names = "--interval",
        required = true,
        paramLabel = "INTERVAL",
        description = "The logical time to score, such as 2013-11-05.")
    private @Nullable String interval;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private @Nullable Range range;
  }

  /** From an interval to another. */
  private static final class Range {
    @Option(
        names = "--from",
        required = true,
        paramLabel = "INTERVAL",
        description = "The first interval to score.")
    private String from;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "INTERVAL",
        description = "The last interval to score, itself included.")
    private String to;
  }

  @Override
  public Integer call() {
    if (limit != null && limit < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit " + limit + ": give 1 or more rows");
    }
    if (whileStdin) {
      endWithStdin();
    }
    if (unlessPublished && (dryRun || limit != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--unless-published is for runs that publish, which --dry-run and --limit never do; leave"
              + " one of them out");
    }
    Job job = argument.job();
    List<Interval> intervals = intervals(job);
    PrintWriter out = spec.commandLine().getOut();
    try (RunProgress progress = new RunProgress(spec, intervals.size());
        OpenSession session = progress.starting(() -> Sessions.open("run " + job.name()))) {
      JobRunner runner =
          new JobRunner(session.spark(), Clock.systemUTC(), progress.following(session.spark()));
      return dryRun || limit != null
          ? tryOut(runner, progress, job, intervals, out)
          : run(runner, progress, job, intervals, out);
    }
  }

  /** Halts: an orderly end would let the run go on beside it, and publish what another runs. */
  private static void endWithStdin() {
    Thread watch =
        new Thread(
            () -> {
              try {
                long read = System.in.transferTo(OutputStream.nullOutputStream());
                System.err.println(
                    "nightjar: its scheduler is gone (standard input ended after "
                        + read
                        + " bytes); the run is ended with it");
              } catch (IOException e) {
                System.err.println("nightjar: its scheduler is gone: " + e.getMessage());
              }
              Runtime.getRuntime().halt(ExitCode.FAILED.code());
            },
            "watch-stdin");
    watch.setDaemon(true);
    watch.start();
  }

  private int run(
      JobRunner runner, RunProgress progress, Job job, List<Interval> intervals, PrintWriter out) {
    int exit = ExitCode.PUBLISHED.code();
    for (Interval interval : intervals) {
      RunResult result =
          runner.run(job, interval, unlessPublished ? Repeat.LEAVE : Repeat.PUBLISH_AGAIN);
      progress.clear();
      if (json.isOn()) {
        out.println(result.record().json());
      } else {
        new RunSummary(job, result, intervals.size() == 1).print(out);
      }
      out.flush();
      if (result.failure().isPresent()) {
        Complaint.print(result.failure().get(), spec);
      }
      exit = exit == ExitCode.PUBLISHED.code() ? result.exit().code() : exit;
    }
    return exit;
  }

  private int tryOut(
      JobRunner runner, RunProgress progress, Job job, List<Interval> intervals, PrintWriter out) {
    int exit = ExitCode.PUBLISHED.code();
    for (Interval interval : intervals) {
      Trial trial = runner.tryOut(job, interval, Optional.ofNullable(limit));
      progress.clear();
      new TrialSummary(job, interval, trial, limit != null).print(out);
      out.flush();
      if (trial.refusal().isPresent() && exit == ExitCode.PUBLISHED.code()) {
        exit = ExitCode.REFUSED.code();
      }
    }
    return exit;
  }

  private List<Interval> intervals(Job job) {
    if (which.range == null) {
      return List.of(argument.interval(job, String.valueOf(which.interval)));
    }
    Interval from = argument.interval(job, which.range.from);
    Interval to = argument.interval(job, which.range.to);
    try {
      return from.to(to);
    } catch (IllegalArgumentException e) {
      throw argument.usage(e);
    }
  }
}
