package dev.nightjar.cli;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.job.Job;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Step;
import dev.nightjar.schedule.Schedule;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a run came to, for a person. */
final class RunSummary {
  private static final int MOST_REASONS = 5;
  private static final int MOST_FLAGS = 8;
  private static final int MOST_LETTERS = 90;
  private static final int DIGEST = 12;

  private final Job job;
  private final RunResult result;
  private final RunRecord record;
  private final boolean whole;

  /** {@code whole}: with everything; else one line, as one of many runs. */
  RunSummary(Job job, RunResult result, boolean whole) {
    this.job = job;
    this.result = result;
    this.record = result.record();
    this.whole = whole;
  }

  void print(PrintWriter out) {
    if (!whole) {
      out.println(
          Console.styled(mark() + " " + record.interval() + "  " + rowsLine() + "  " + total()));
      return;
    }
    out.println();
    out.println(
        Console.styled(
            mark() + " @|bold " + record.job() + " · " + record.interval() + "|@ · " + headline()));
    result.manifest().ifPresent(m -> line(out, "bundle", m.bundle().label() + named()));
    if (record.engine() != null) {
      line(out, "engine", record.engine() + " on " + record.device());
    }
    if (has(Step.AUDIT)) {
      line(out, "rows", rowsLine());
    }
    keysLine().ifPresent(text -> line(out, "keys", text));
    if (record.parity() != null) {
      line(out, "parity", ParityLine.of(record.parity()));
    }
    printRejections(out);
    if (!record.flags().isEmpty()) {
      line(out, "flags", flagsLine());
    }
    if (has(Step.READ)) {
      line(out, "unassigned", unassignedLine());
    }
    line(out, "time", timeLine());
    record.warnings().forEach(warning -> line(out, "warning", warning));
    result.manifest().ifPresent(m -> printResult(out));
    job.schedule().ifPresent(schedule -> line(out, "schedule", scheduleLine(schedule)));
    out.println();
  }

  /** What a run has not come to, nothing can be said of. */
  private boolean has(Step step) {
    return record.steps().stream().anyMatch(done -> done.name().equals(step.word()));
  }

  private String mark() {
    return switch (result.exit()) {
      case PUBLISHED -> "@|green,bold ✔|@";
      case REFUSED, SUPERSEDED -> "@|yellow,bold ■|@";
      default -> "@|red,bold ✘|@";
    };
  }

  private String headline() {
    return switch (result.exit()) {
      case PUBLISHED -> "published as attempt " + record.token();
      case REFUSED -> "refused, nothing published";
      case SUPERSEDED -> "superseded: " + record.ending().reason();
      case UNKNOWN -> "outcome unknown";
      default -> "failed, nothing published";
    };
  }

  /** How the job named the bundle, where that can come to mean another one. */
  private String named() {
    RunRecord.Model model = record.model();
    return model == null ? "" : ", as " + model.reference();
  }

  private String rowsLine() {
    RunRecord.Counts counts = record.counts();
    return String.format(
        Locale.ROOT,
        "%,d in = %,d scored + %,d filtered + %,d rejected",
        counts.read(),
        counts.scored(),
        counts.filtered(),
        counts.rejected());
  }

  private Optional<String> keysLine() {
    KeyDigest input = record.keys().input();
    KeyDigest output = record.keys().output();
    if (input == null || output == null) {
      return Optional.empty();
    }
    return Optional.of(
        input.equals(output)
            ? "every key of the input is in the result once (sum "
                + input.hex().substring(0, DIGEST)
                + "…)"
            : "the result's keys are not the input's");
  }

  private void printRejections(PrintWriter out) {
    List<RunRecord.Rejections> all = record.rejections();
    for (int i = 0; i < Math.min(all.size(), MOST_REASONS); i++) {
      RunRecord.Rejections one = all.get(i);
      String text =
          Console.number(one.count())
              + " at "
              + one.stage()
              + (one.field().isEmpty() ? ": " : ", " + one.field() + ": ")
              + one.example();
      line(out, i == 0 ? "rejected" : "", shortened(text));
    }
    if (all.size() > MOST_REASONS) {
      line(out, "", "and " + (all.size() - MOST_REASONS) + " further reasons");
    }
  }

  private String flagsLine() {
    String text =
        record.flags().entrySet().stream()
            .limit(MOST_FLAGS)
            .map(flag -> flag.getKey() + " " + Console.number(flag.getValue()))
            .collect(Collectors.joining(" · "));
    return record.flags().size() > MOST_FLAGS ? text + " · …" : text;
  }

  private String unassignedLine() {
    return record.counts().unassigned() == 0
        ? "none: every row of the input has a " + job.input().time()
        : Console.number(record.counts().unassigned())
            + " rows of the input have no "
            + job.input().time()
            + " (allowed: "
            + job.limits().unassignedRows()
            + ")";
  }

  private String timeLine() {
    return total()
        + "  ("
        + record.steps().stream()
            .map(step -> step.name() + " " + Console.seconds(step.seconds()))
            .collect(Collectors.joining(" · "))
        + ")";
  }

  private String total() {
    return Console.seconds(record.steps().stream().mapToDouble(RunRecord.Step::seconds).sum());
  }

  private void printResult(PrintWriter out) {
    String path = job.environment().redact(job.output().path().toString());
    line(out, "result", path);
    line(
        out,
        "look",
        Console.command(
            "results " + job.name() + " --interval " + record.interval() + " --show 10",
            job.project()));
  }

  private static String scheduleLine(Schedule schedule) {
    return schedule.inWords() + " (" + schedule.zone() + "), by 'nightjar schedule'";
  }

  private static String shortened(String text) {
    return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…";
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println(Console.styled(String.format(Locale.ROOT, "  @|faint %-10s|@ ", name)) + text);
  }
}
