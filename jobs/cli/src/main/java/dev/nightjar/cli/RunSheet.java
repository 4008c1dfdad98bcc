package dev.nightjar.cli;

import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.Try;
import dev.nightjar.result.AttemptOutcome;
import dev.nightjar.result.RunRecord;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** All that is known of an attempt, for a person. */
final class RunSheet {
  private static final int MOST_REASONS = 20;
  private static final int MOST_FLAGS = 20;

  private final AttemptOutcome outcome;
  private final RunRecord record;
  private final RecordLines lines;
  private final PrintWriter out;

  RunSheet(AttemptOutcome outcome, PrintWriter out) {
    this.outcome = outcome;
    this.record = outcome.record();
    this.lines = new RecordLines(record);
    this.out = out;
  }

  /**
   * Prints what the files tell.
   *
   * @param job its name
   * @param visible the token that readers of the interval see
   */
  void print(String job, OptionalLong visible) {
    out.println(
        Console.styled(
            "@|bold " + job + " · " + record.interval() + " · attempt " + record.token() + "|@"));
    line("outcome", outcome.fate().word() + ": " + outcome.because());
    line(
        "readers see",
        visible.isPresent() ? "attempt " + visible.getAsLong() : "no result of this interval");
    if (record.isUnreadable()) {
      outcome.claimed().ifPresent(at -> line("claimed", shown(at)));
      line("record", record.ending().reason());
      return;
    }
    line("ended", record.ending().status().word() + ": " + record.ending().reason());
    line("time", shown(record.started()) + " to " + shown(record.ended()));
    line("rows", lines.rows());
    if (record.counts().unassigned() > 0) {
      line("unassigned", Console.number(record.counts().unassigned()) + " rows without a time");
    }
    lines.keys().ifPresent(text -> line("keys", text));
    if (record.parity() != null) {
      line("parity", ParityLine.of(record.parity()));
    }
    listed("rejected", lines.rejections(MOST_REASONS));
    if (!record.flags().isEmpty()) {
      line("flags", lines.flags(MOST_FLAGS));
    }
    printSteps();
    printOrigins();
    listed("warning", record.warnings());
  }

  private void printSteps() {
    List<String> steps = new ArrayList<>();
    for (RunRecord.Step step : record.steps()) {
      steps.add(String.format(Locale.ROOT, "%-10s %8.1f s", step.name(), step.seconds()));
    }
    listed("steps", steps);
  }

  private void printOrigins() {
    RunRecord.Model model = record.model();
    if (model != null) {
      line("model", model.name() + ":" + model.version() + ", as " + model.reference());
    }
    if (record.engine() != null) {
      line("engine", record.engine() + " on " + record.device());
    }
    RunRecord.Lineage lineage = record.lineage();
    if (lineage.input() != null) {
      line("input", origin(lineage.input()));
    }
    listed(
        "views",
        lineage.views().entrySet().stream()
            .map(view -> view.getKey() + ": " + origin(view.getValue()))
            .toList());
    if (lineage.output() != null) {
      line("files", lineage.output());
    }
    List<String> digests = new ArrayList<>();
    digest(digests, "input", record.digests().input());
    digest(digests, "configuration", record.digests().configuration());
    digest(digests, "bundle", record.digests().bundle());
    record.digests().views().forEach((view, digest) -> digest(digests, "view " + view, digest));
    record.digests().snapshots().forEach((view, at) -> digest(digests, "snapshot " + view, at));
    listed("digests", digests);
    RunRecord.Versions by = record.versions();
    if (!by.nightjar().isEmpty()) {
      line(
          "computed by",
          "Nightjar " + by.nightjar() + " · Spark " + by.spark() + " · Java " + by.java());
    }
  }

  private static void digest(List<String> digests, String name, @Nullable String digest) {
    if (digest != null) {
      digests.add(String.format(Locale.ROOT, "%-14s %s", name, digest));
    }
  }

  private static String origin(RunRecord.Origin origin) {
    return origin.source()
        + (origin.files() == 0
            ? ""
            : String.format(
                Locale.ROOT, ", %,d files of %,d bytes", origin.files(), origin.bytes()))
        + (origin.columns().isEmpty() ? "" : " (" + String.join(", ", origin.columns()) + ")");
  }

  /** Prints what the ledger tells of the interval. */
  void print(Slot slot, List<Try> tries) {
    line(
        "slot",
        slot.state().word()
            + " since "
            + shown(slot.since())
            + ", by "
            + slot.cause().word()
            + (slot.reason().isEmpty() ? "" : ": " + slot.reason()));
    if (!slot.state().isEnd()) {
      slot.lease()
          .ifPresent(lease -> line("lease", lease.node() + ", until " + shown(lease.until())));
    }
    List<String> told = new ArrayList<>();
    for (Try one : tries) {
      told.add(
          one.node()
              + ", "
              + shown(one.started())
              + " to "
              + one.ended().map(RunSheet::shown).orElse("?")
              + (one.exit().isPresent() ? ", exit " + one.exit().getAsLong() : "")
              + (one.reason().isEmpty() ? "" : ": " + one.reason()));
    }
    listed("tries", told);
  }

  private static String shown(Instant at) {
    return at.toString().replaceAll("\\.\\d+", "");
  }

  private void listed(String name, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      line(i == 0 ? name : "", texts.get(i));
    }
  }

  private void line(String name, String text) {
    out.println(Console.styled(String.format(Locale.ROOT, "  @|faint %-12s|@ ", name)) + text);
  }
}
