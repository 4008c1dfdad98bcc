package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Step;
import dev.nightjar.schedule.Schedule;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run came to, for a person. */
final class RunSummary {
  private static final int MOST_REASONS = 5;
  private static final int MOST_FLAGS = 8;

  private final Job job;
  private final RunResult result;
  private final RunRecord record;
  private final RecordLines lines;
  private final boolean whole;

  /** {@code whole}: with everything; else one line, as one of many runs. */
  RunSummary(Job job, RunResult result, boolean whole) {
    this.job = job;
    this.result = result;
    this.record = result.record();
    this.lines = new RecordLines(record);
    this.whole = whole;
  }

  void print(PrintWriter out) {
    if (!whole) {
      out.println(Console.styled(mark() + " " + record.interval() + "  " + shortly()));
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
      line(out, "rows", lines.rows());
    }
    lines.keys().ifPresent(text -> line(out, "keys", text));
    if (record.parity() != null) {
      line(out, "parity", ParityLine.of(record.parity()));
    }
    printRejections(out);
    if (!record.flags().isEmpty()) {
      line(out, "flags", lines.flags(MOST_FLAGS));
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

  private boolean isSkipped() {
    return record.ending().status() == RunRecord.Status.SKIPPED;
  }

  private String shortly() {
    return isSkipped() ? record.ending().reason() : lines.rows() + "  " + lines.total();
  }

  private String headline() {
    if (isSkipped()) {
      return "skipped: " + record.ending().reason();
    }
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

  private void printRejections(PrintWriter out) {
    List<String> reasons = lines.rejections(MOST_REASONS);
    for (int i = 0; i < reasons.size(); i++) {
      line(out, i == 0 ? "rejected" : "", reasons.get(i));
    }
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
    return lines.total()
        + "  ("
        + record.steps().stream()
            .map(step -> step.name() + " " + Console.seconds(step.seconds()))
            .collect(Collectors.joining(" · "))
        + ")";
  }

  private void printResult(PrintWriter out) {
    String path = job.environment().redact(job.output().path().toString());
    line(out, "result", path);
    job.output().table().ifPresent(table -> line(out, "table", table.name()));
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

  private static void line(PrintWriter out, String name, String text) {
    out.println(Console.styled(String.format(Locale.ROOT, "  @|faint %-10s|@ ", name)) + text);
  }
}
