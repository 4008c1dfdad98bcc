package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.job.Job;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.RunIndex;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.reconcile.FiledRunsReader;
import dev.nightjar.result.AttemptOutcome;
import dev.nightjar.result.AttemptOutcome.Fate;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.Outcomes;
import dev.nightjar.result.ResultStore;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.JobTable;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar runs resolve}. */
@Command(
    name = "resolve",
    description =
        "Finds out what became of attempts whose outcome is unknown (exit code 5, or a driver that"
            + " died): says what the manifest says, makes a publication durable, and brings the"
            + " project's ledger, if it has one, to what the files say. Ends with 0 when every"
            + " outcome is known, with 5 when one is not.",
    mixinStandardHelpOptions = true)
final class RunsResolveCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(names = "--interval", paramLabel = "INTERVAL", description = "Only this interval's.")
  private @Nullable String interval;

  @Override
  public Integer call() {
    RunsCommand.requireNothingBefore(spec);
    Job job = argument.job();
    Clock clock = Clock.systemUTC();
    ResultStore store = JobRunner.store(new Configuration(), job);
    Outcomes outcomes = new Outcomes(store, clock);
    PrintWriter out = spec.commandLine().getOut();
    catchUp(job, store, open(job, outcomes), out);
    List<AttemptOutcome> open = open(job, outcomes);
    for (AttemptOutcome one : open) {
      if (one.fate() == Fate.PUBLISHED) {
        store.makePublicationDurable(one.record().interval(), one.record().token());
      }
      print(one, out);
    }
    if (open.isEmpty() && !json.isOn()) {
      out.println(
          "every attempt at "
              + job.name()
              + (interval == null ? "" : " " + interval)
              + " says itself how it ended");
    }
    out.flush();
    bringLedger(job, store, clock);
    long undecided = open.stream().filter(AttemptOutcome::isUndecided).count();
    if (undecided > 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "nightjar: what becomes of "
              + (undecided == 1 ? "one attempt" : undecided + " attempts")
              + " is not known yet; ask again when its driver has ended");
      err.flush();
      return ExitCode.UNKNOWN.code();
    }
    return ExitCode.PUBLISHED.code();
  }

  private List<AttemptOutcome> open(Job job, Outcomes outcomes) {
    List<AttemptOutcome> asked =
        interval == null ? outcomes.all() : outcomes.of(argument.interval(job, interval).id());
    return asked.stream().filter(AttemptOutcome::isOpenByRecord).toList();
  }

  /** What a table shows and no manifest says, because the run died between the two. */
  private void catchUp(Job job, ResultStore store, List<AttemptOutcome> open, PrintWriter out) {
    List<String> intervals = open.stream().map(one -> one.record().interval()).distinct().toList();
    Optional<JobTable> table = JobTable.of(new Configuration(), job, store);
    if (table.isEmpty()) {
      return;
    }
    try (JobTable asked = table.get()) {
      for (String one : intervals) {
        Optional<Manifest> found = asked.catchUp(one);
        if (found.isPresent() && !json.isOn()) {
          out.println(
              one
                  + " attempt "
                  + found.get().token()
                  + ": "
                  + asked.name()
                  + " shows it already; its manifest is written now");
        }
      }
    }
  }

  private void print(AttemptOutcome one, PrintWriter out) {
    if (json.isOn()) {
      out.println(
          JSON.createObjectNode()
              .put("interval", one.record().interval())
              .put("attempt", one.record().token())
              .put("outcome", one.fate().word())
              .put("because", one.because()));
      return;
    }
    out.println(
        one.record().interval()
            + " attempt "
            + one.record().token()
            + ": "
            + (one.fate() == Fate.PUBLISHED ? "published and durable" : words(one.fate()))
            + "; "
            + one.because());
  }

  private static String words(Fate fate) {
    return fate.word().replace('-', ' ');
  }

  /** The whole job, also where one interval was asked for: a ledger knows of all of them. */
  private void bringLedger(Job job, ResultStore store, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    Optional<Ledger> ledger = ProjectLedger.open(job, err);
    if (ledger.isEmpty()) {
      return;
    }
    RunIndex.Reconciled reconciled =
        new RunIndex(ledger.get())
            .reconcile(FiledRunsReader.read(job.name(), store, clock), clock.instant());
    for (RunIndex.Moved slot : reconciled.slots()) {
      err.println("ledger: " + slot.interval() + words(slot));
    }
    err.println(
        "ledger: "
            + ledger.get().place().shown()
            + (reconciled.attempts() == 0
                ? " says what the files say"
                : " now says what the files say of "
                    + reconciled.attempts()
                    + (reconciled.attempts() == 1 ? " attempt" : " attempts")));
    err.flush();
  }

  private static String words(RunIndex.Moved slot) {
    return slot.from().map(state -> " was " + state.word() + " and").orElse("")
        + " is "
        + slot.to().word()
        + (slot.to() == SlotState.PUBLISHED && slot.token().isPresent()
            ? " as attempt " + slot.token().getAsLong()
            : "");
  }
}
