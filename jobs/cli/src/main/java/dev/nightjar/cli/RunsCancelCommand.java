package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Slot;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar runs cancel}. */
@Command(
    name = "cancel",
    description =
        "Takes an interval off the schedule: one that waits will not be run, and the scheduler"
            + " stops one that it runs. What is published stays.",
    mixinStandardHelpOptions = true)
final class RunsCancelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "Of which interval, such as 2013-11-05.")
  private String interval;

  @Override
  public Integer call() {
    RunsCommand.requireNothingBefore(spec);
    Job job = argument.job();
    String id = argument.interval(job, interval).id();
    Ledger ledger = ledger(job);
    String label = job.name() + " " + id;
    Optional<Slot> before = ledger.slot(job.name(), id);
    String who = "cancelled by " + System.getProperty("user.name", "?");
    String told =
        switch (ledger.cancel(job.name(), id, who, Clock.systemUTC().instant())) {
          case AT_ONCE -> label + " is cancelled and will not be run";
          case ASKED ->
              label
                  + ": "
                  + before.flatMap(Slot::lease).map(lease -> lease.node()).orElse("its scheduler")
                  + " stops the run as soon as it renews its lease, within seconds; 'nightjar runs"
                  + " show "
                  + job.name()
                  + " --interval "
                  + id
                  + "' tells what came of it";
          case NOT_RUNNING -> throw nothing(label, before, ledger.place());
        };
    PrintWriter out = spec.commandLine().getOut();
    out.println(told);
    out.flush();
    return 0;
  }

  private Ledger ledger(Job job) {
    PrintWriter err = spec.commandLine().getErr();
    String why =
        ProjectLedger.place(job).isPresent()
            ? "the ledger cannot be asked from here, so nothing is cancelled"
            : "there is no ledger of this project, so no scheduler runs "
                + job.name()
                + "; a run that you started yourself ends by Ctrl-C or kill";
    return ProjectLedger.open(job, err)
        .orElseThrow(() -> new ParameterException(spec.commandLine(), why));
  }

  private ParameterException nothing(String label, Optional<Slot> before, LedgerPlace place) {
    return new ParameterException(
        spec.commandLine(),
        "there is nothing to cancel: "
            + before
                .map(slot -> label + " is " + slot.state().word() + " since " + slot.since())
                .orElse(label + " is not in the ledger " + place.shown()));
  }
}
