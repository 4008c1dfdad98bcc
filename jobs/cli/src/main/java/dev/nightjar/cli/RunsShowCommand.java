package dev.nightjar.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.job.Job;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.Try;
import dev.nightjar.result.AttemptOutcome;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.Outcomes;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.run.JobRunner;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar runs show}. */
@Command(
    name = "show",
    description =
        "Shows one attempt: how it ended and what readers see, its rows, steps and origins, and"
            + " where the interval stands in the project's ledger, if it has one.",
    mixinStandardHelpOptions = true)
final class RunsShowCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "Of which interval, such as 2013-11-05.")
  private String interval;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "Which attempt at it (default: the last one).")
  private @Nullable Long attempt;

  @Override
  public Integer call() {
    RunsCommand.requireNothingBefore(spec);
    Job job = argument.job();
    String id = argument.interval(job, interval).id();
    ResultStore store = JobRunner.store(new Configuration(), job);
    List<AttemptOutcome> all = new Outcomes(store, Clock.systemUTC()).of(id);
    AttemptOutcome outcome = chosen(job, id, all);
    Optional<Manifest> current = store.current(id);
    OptionalLong visible =
        current.isPresent() ? OptionalLong.of(current.get().token()) : OptionalLong.empty();
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode document = document(outcome, visible);
      slot(job, id).ifPresent(standing -> standing.addTo(document));
      out.println(document.toPrettyString());
    } else {
      RunSheet sheet = new RunSheet(outcome, out);
      sheet.print(job.name(), visible);
      // The files have been told of by then, whatever the ledger's database says.
      out.flush();
      slot(job, id).ifPresent(standing -> sheet.print(standing.slot(), standing.tries()));
    }
    out.flush();
    return 0;
  }

  private AttemptOutcome chosen(Job job, String id, List<AttemptOutcome> all) {
    Optional<AttemptOutcome> found =
        attempt == null
            ? all.stream().reduce((earlier, later) -> later)
            : all.stream().filter(one -> one.record().token() == attempt).findFirst();
    if (found.isPresent()) {
      return found.get();
    }
    if (all.isEmpty()) {
      throw new ResultException(
          "interval",
          id,
          "of " + job.name() + " was never run",
          "run it: nightjar run " + job.name() + " --interval " + id);
    }
    String tokens =
        all.stream()
            .map(one -> Long.toString(one.record().token()))
            .collect(Collectors.joining(", "));
    throw new ResultException(
        "attempt",
        String.valueOf(attempt),
        "at " + job.name() + " " + id + " is not there",
        "its attempts are " + tokens);
  }

  /** Where an interval stands in the ledger. */
  private record Standing(Slot slot, List<Try> tries) {
    void addTo(ObjectNode document) {
      ObjectNode node = document.putObject("slot");
      node.put("state", slot.state().word());
      node.put("cause", slot.cause().word());
      node.put("since", slot.since().toString());
      node.put("not-before", slot.notBefore().toString());
      node.put("tries", slot.tries());
      node.put("reason", slot.reason());
      slot.lease()
          .filter(lease -> !slot.state().isEnd())
          .ifPresent(
              lease ->
                  node.putObject("lease")
                      .put("node", lease.node())
                      .put("until", lease.until().toString()));
      ArrayNode all = document.putArray("tries");
      for (Try one : tries) {
        ObjectNode tried = all.addObject();
        tried.put("node", one.node());
        tried.put("started", one.started().toString());
        one.ended().ifPresent(at -> tried.put("ended", at.toString()));
        one.exit().ifPresent(code -> tried.put("exit", code));
        tried.put("reason", one.reason());
      }
    }
  }

  private Optional<Standing> slot(Job job, String id) {
    Optional<Ledger> ledger = ProjectLedger.open(job, spec.commandLine().getErr());
    if (ledger.isEmpty()) {
      return Optional.empty();
    }
    return ledger
        .get()
        .slot(job.name(), id)
        .map(slot -> new Standing(slot, ledger.get().tries(job.name(), id)));
  }

  private static ObjectNode document(AttemptOutcome outcome, OptionalLong visible) {
    ObjectNode document = JSON.createObjectNode();
    document.put("interval", outcome.record().interval());
    document.put("attempt", outcome.record().token());
    document.put("outcome", outcome.fate().word());
    document.put("because", outcome.because());
    if (visible.isPresent()) {
      document.put("visible", visible.getAsLong());
    } else {
      document.putNull("visible");
    }
    if (outcome.record().isUnreadable()) {
      document.putNull("record");
    } else {
      document.set("record", read(outcome.record().json()));
    }
    return document;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a run record is written as JSON", e);
    }
  }
}
