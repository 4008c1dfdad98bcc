package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.RowExplanation;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar explain-row}. */
@Command(
    name = "explain-row",
    description =
        "Tells how a row of a published result came to be: which feature rows answered it, what was"
            + " put in for it and why, what each stage made of it. It is computed anew and held"
            + " against what was published (exit 0 when equal; else exit 3, and what differs).",
    mixinStandardHelpOptions = true)
final class ExplainRowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Parameters(
      index = "1",
      paramLabel = "KEY",
      description =
          "The values of the job's key columns in their order, with commas between them, or"
              + " column=value for each, such as id=1,station=a.")
  private String key;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "The logical time in which the row lies, such as 2013-11-05.")
  private String intervalText;

  @Override
  public Integer call() {
    Job job = argument.job();
    Interval interval = argument.interval(job, intervalText);
    RowExplanation told;
    try (RunProgress progress = new RunProgress(spec, 1);
        OpenSession session = progress.starting(() -> Sessions.open("explain-row " + job.name()))) {
      RunListener listener = progress.following(session.spark());
      told =
          new JobRunner(session.spark(), Clock.systemUTC(), listener).explain(job, interval, key);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      out.println(RowJson.of(told).toPrettyString());
    } else {
      RowWords.print(told, out);
    }
    out.flush();
    return (told.isAsPublished() ? ExitCode.PUBLISHED : ExitCode.REFUSED).code();
  }
}
