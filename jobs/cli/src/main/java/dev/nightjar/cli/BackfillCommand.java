package dev.nightjar.cli;

import dev.nightjar.backfill.Backfill;
import dev.nightjar.backfill.BackfillPlan;
import dev.nightjar.backfill.BackfillRequest;
import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.backfill.Decision;
import dev.nightjar.backfill.Ended;
import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar backfill}. */
@Command(
    name = "backfill",
    description = {
      "Scores the intervals from one to another, each published by itself, in one Spark.",
      "Whatever ended it, the same line with --only-missing goes on with what is not published."
    },
    mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "INTERVAL",
      description = "The first interval.")
  private String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "INTERVAL",
      description = "The last interval, itself included.")
  private String to;

  @ArgGroup private Kind kind = new Kind();

  @Option(
      names = "--all-intervals",
      description = "Also those that no firing of the job's schedule scores.")
  private boolean allIntervals;

  @Option(
      names = "--stop-on-failure",
      description = "Begin no further interval when one was not published.")
  private boolean stopOnFailure;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many intervals at once, on the same cores (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(
      names = "--dry-run",
      description = "Only tell what would be done about each interval, and why.")
  private boolean dryRun;

  /** One of them, or neither. */
  private static final class Kind {
    @Option(names = "--only-missing", description = "Only those that are not published.")
    private boolean onlyMissing;

    @Option(
        names = "--changed",
        description =
            "Only those that are not published, or whose input, views, bundle or configuration are"
                + " not what their results came from.")
    private boolean changed;

    Which which() {
      return onlyMissing ? Which.ONLY_MISSING : changed ? Which.CHANGED : Which.ALL;
    }
  }

  @Override
  public Integer call() {
    if (parallel < 1 || parallel > Backfill.MOST_AT_ONCE) {
      throw new ParameterException(
          spec.commandLine(),
          "--parallel " + parallel + ": give 1 to " + Backfill.MOST_AT_ONCE + " intervals at once");
    }
    Job job = argument.job();
    Clock clock = Clock.systemUTC();
    List<Decision> decisions = decide(job, clock);
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      BackfillSummary.print(job, decisions, json.isOn(), out);
      out.flush();
      return ExitCode.PUBLISHED.code();
    }
    long toScore = decisions.stream().filter(Decision::isToScore).count();
    try (RunProgress progress = new RunProgress(spec, (int) toScore)) {
      BackfillLines lines = new BackfillLines(spec, job, toScore, progress, json.isOn());
      Backfill backfill =
          new Backfill(job, decisions, new Backfill.Settings(parallel, stopOnFailure), lines);
      backfill.endOthers();
      if (backfill.isToScore()) {
        try (OpenSession session =
            progress.starting(() -> Sessions.open("backfill " + job.name()))) {
          progress.following(session.spark());
          backfill.run(session.spark(), clock);
        }
      }
      progress.clear();
      List<Ended> ended = backfill.ended();
      if (!json.isOn()) {
        BackfillSummary.print(job, ended, out);
      }
      out.flush();
      return backfill.exitCode();
    }
  }

  private List<Decision> decide(Job job, Clock clock) {
    Interval first = argument.interval(job, from);
    Interval last = argument.interval(job, to);
    List<Interval> intervals;
    try {
      intervals = BackfillRequest.between(first, last);
    } catch (IllegalArgumentException e) {
      throw argument.usage(e);
    }
    List<Decision> decisions =
        BackfillPlan.of(
            new BackfillRequest(job, intervals, kind.which(), allIntervals), clock.instant());
    if (decisions.stream().allMatch(one -> one.what() == Decision.What.NOT_DUE)) {
      throw new ParameterException(
          spec.commandLine(),
          "no firing of the job's schedule ("
              + job.schedule().orElseThrow().cron()
              + ") scores an interval from "
              + first.id()
              + " to "
              + last.id()
              + "; give others, or --all-intervals");
    }
    return decisions;
  }
}
