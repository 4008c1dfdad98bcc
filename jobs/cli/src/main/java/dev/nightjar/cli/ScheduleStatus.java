package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Notices;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.run.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nightjar schedule status}. */
@Command(
    name = "status",
    description =
        "Shows the schedulers of a project, what they do, what waits, and whom nobody could tell.",
    mixinStandardHelpOptions = true)
final class ScheduleStatus implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Schedulers tell every 3 seconds that they are there. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  @Spec private CommandSpec spec;
  @Mixin private LedgerOption where;
  @Mixin private JsonOption json;

  @Override
  public Integer call() {
    return where.with(
        where.project(),
        ledger -> {
          PrintWriter out = spec.commandLine().getOut();
          Instant now = ledger.now().orElseGet(Instant::now).truncatedTo(ChronoUnit.MILLIS);
          if (json.isOn()) {
            out.println(json(ledger, now));
          } else {
            print(ledger, now, out);
          }
          out.flush();
          return ExitCode.PUBLISHED.code();
        });
  }

  private static void print(Ledger ledger, Instant now, PrintWriter out) {
    List<Ledger.Node> nodes = ledger.nodes();
    if (nodes.isEmpty()) {
      out.println("no scheduler has been there so far; start one with: nightjar schedule");
    } else {
      TextTable table = new TextTable("scheduler", "since", "seen", "");
      for (Ledger.Node node : nodes) {
        table.add(
            node.name(),
            seconds(node.started()),
            seconds(node.seen()),
            isThere(node, now) ? "" : "gone");
      }
      table.print(out);
    }
    Set<String> paused = ledger.paused();
    if (!paused.isEmpty()) {
      out.println("paused: " + String.join(", ", paused));
    }
    NoticeLines.print(new Notices(ledger), now, out);
    List<Slot> open = ledger.open();
    if (open.isEmpty()) {
      out.println("nothing is due");
      return;
    }
    TextTable table = new TextTable("job", "interval", "state", "cause", "tries", "who, when", "");
    for (Slot slot : open) {
      table.add(
          slot.job(),
          slot.interval(),
          slot.state().word(),
          slot.cause().word(),
          Integer.toString(slot.tries()),
          whoAndWhen(slot, now),
          slot.reason());
    }
    table.print(out);
  }

  private static String whoAndWhen(Slot slot, Instant now) {
    if (slot.state() == SlotState.RUNNING && slot.lease().isPresent()) {
      boolean isOver = slot.lease().get().until().isBefore(now);
      return slot.lease().get().node()
          + (isOver ? ", without a word since " : " since ")
          + seconds(isOver ? slot.lease().get().until() : slot.since());
    }
    return slot.notBefore().isAfter(now) ? "not before " + seconds(slot.notBefore()) : "now";
  }

  private static boolean isThere(Ledger.Node node, Instant now) {
    return node.seen().isAfter(now.minus(QUIET));
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String json(Ledger ledger, Instant now) {
    ObjectNode document = JSON.createObjectNode();
    ArrayNode nodes = document.putArray("schedulers");
    for (Ledger.Node node : ledger.nodes()) {
      nodes
          .addObject()
          .put("name", node.name())
          .put("started", node.started().toString())
          .put("seen", node.seen().toString())
          .put("there", isThere(node, now));
    }
    ArrayNode paused = document.putArray("paused");
    ledger.paused().forEach(paused::add);
    NoticeLines.put(new Notices(ledger), now, document);
    ArrayNode slots = document.putArray("slots");
    for (Slot slot : ledger.open()) {
      ObjectNode node =
          slots
              .addObject()
              .put("job", slot.job())
              .put("interval", slot.interval())
              .put("state", slot.state().word())
              .put("cause", slot.cause().word())
              .put("scheduled", slot.scheduled().toString())
              .put("tries", slot.tries())
              .put("not-before", slot.notBefore().toString())
              .put("reason", slot.reason());
      if (slot.state() == SlotState.RUNNING) {
        slot.lease()
            .ifPresent(
                lease ->
                    node.put("scheduler", lease.node())
                        .put("fence", lease.fence())
                        .put("lease", lease.until().toString()));
      }
    }
    return document.toString();
  }
}
