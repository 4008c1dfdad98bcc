package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.ReplayResult;
import dev.nightjar.run.ReplayTally;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar quarantine replay}. */
@Command(
    name = "replay",
    description =
        "Scores the rejected rows of a published interval again, after a fix of the input rows, the"
            + " bundle, a view or the job, and publishes the result with those that are scored or"
            + " filtered now; all other rows are taken over as they are.",
    mixinStandardHelpOptions = true)
final class QuarantineReplay implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "The logical time whose rejected rows are scored again, such as 2013-11-05.")
  private String intervalText;

  @Option(names = "--dry-run", description = "Only tell what would come of it.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Job job = argument.job();
    Interval interval = argument.interval(job, intervalText);
    PrintWriter out = spec.commandLine().getOut();
    try (RunProgress progress = new RunProgress(spec, 1);
        OpenSession session = progress.starting(() -> Sessions.open("replay " + job.name()))) {
      ReplayResult result =
          new JobRunner(session.spark(), Clock.systemUTC(), progress.following(session.spark()))
              .replay(job, interval, dryRun);
      progress.clear();
      int exit = print(job, result, out);
      out.flush();
      return exit;
    }
  }

  private int print(Job job, ReplayResult result, PrintWriter out) {
    if (result instanceof ReplayResult.Nothing nothing) {
      out.println(json.isOn() ? nothing(nothing).toPrettyString() : nothing.why());
      return ExitCode.PUBLISHED.code();
    }
    if (result instanceof ReplayResult.Tried tried) {
      out.println(
          json.isOn()
              ? tried(tried.tally()).toPrettyString()
              : "would be: " + words(tried.tally()));
      return ExitCode.PUBLISHED.code();
    }
    ReplayResult.Ran ran = (ReplayResult.Ran) result;
    if (json.isOn()) {
      out.println(ran.result().record().json());
    } else {
      out.println("replay: " + words(ran.tally()));
      new RunSummary(job, ran.result(), true).print(out);
    }
    ran.result().failure().ifPresent(failure -> Complaint.print(failure, spec));
    return ran.result().exit().code();
  }

  private static String words(ReplayTally tally) {
    return Console.number(tally.taken())
        + " rows taken over from attempt "
        + tally.of()
        + "; "
        + Console.number(tally.again())
        + " scored again = "
        + Console.number(tally.scored())
        + " scored + "
        + Console.number(tally.filtered())
        + " filtered + "
        + Console.number(tally.rejected())
        + " rejected";
  }

  private static ObjectNode nothing(ReplayResult.Nothing nothing) {
    ObjectNode node = JSON.createObjectNode();
    node.put("changes", false);
    node.put("reason", nothing.why());
    return node;
  }

  private static ObjectNode tried(ReplayTally tally) {
    ObjectNode node = JSON.createObjectNode();
    node.put("changes", tally.changes());
    node.put("of", tally.of());
    node.put("taken", tally.taken());
    node.put("again", tally.again());
    node.put("scored", tally.scored());
    node.put("filtered", tally.filtered());
    node.put("rejected", tally.rejected());
    return node;
  }
}
