package dev.nightjar.cli;

import dev.nightjar.contract.Outcome;
import dev.nightjar.job.Job;
import dev.nightjar.run.Trial;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.util.Locale;

/** What a run would come to, for a person. */
final class TrialSummary {
  private final Job job;
  private final Interval interval;
  private final Trial trial;
  private final boolean limited;

  TrialSummary(Job job, Interval interval, Trial trial, boolean limited) {
    this.job = job;
    this.interval = interval;
    this.trial = trial;
    this.limited = limited;
  }

  void print(PrintWriter out) {
    out.println();
    out.println(
        Console.styled(
            "@|bold " + job.name() + " · " + interval.id() + "|@ · nothing was written"));
    out.printf(
        Locale.ROOT,
        "  %,d rows in the interval; %s: %,d scored + %,d filtered + %,d rejected%n",
        trial.input(),
        limited ? "of the rows that were tried" : "they would come to",
        trial.counts().getOrDefault(Outcome.SCORED, 0L),
        trial.counts().getOrDefault(Outcome.FILTERED, 0L),
        trial.counts().getOrDefault(Outcome.REJECTED, 0L));
    trial.refusal().ifPresent(reason -> out.println("  a run would be refused: " + reason));
    if (!trial.sample().isEmpty()) {
      out.println();
      TextTable.of(trial.sample()).print(out);
    }
    out.println();
  }
}
