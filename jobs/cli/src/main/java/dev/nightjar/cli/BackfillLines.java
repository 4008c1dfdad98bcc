package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.backfill.Backfill;
import dev.nightjar.backfill.Decision;
import dev.nightjar.backfill.Ended;
import dev.nightjar.job.Job;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** A line for each interval of a backfill as it ends, and a bar while it goes on. */
final class BackfillLines implements Backfill.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CommandSpec spec;
  private final PrintWriter out;
  private final Job job;
  private final long toScore;
  private final RunProgress progress;
  private final boolean json;
  private long scored;

  /** {@code json}: for programs, an object a line. */
  BackfillLines(CommandSpec spec, Job job, long toScore, RunProgress progress, boolean json) {
    this.spec = spec;
    this.out = spec.commandLine().getOut();
    this.job = job;
    this.toScore = toScore;
    this.progress = progress;
    this.json = json;
  }

  @Override
  public void began(Interval interval) {
    progress.show(
        String.format(
            Locale.ROOT, "%s %s (%d of %d done)", job.name(), interval.id(), scored, toScore));
  }

  @Override
  public void ended(Ended one) {
    progress.clear();
    if (json) {
      out.println(json(job, one));
    } else if (one.fate() != Ended.Fate.NOT_DUE) {
      // Of a schedule once a week, six days of seven would be lines that say nothing.
      out.println(Console.styled(mark(one) + " " + one.interval().id()) + "  " + text(one));
    }
    out.flush();
    one.failure().ifPresent(failure -> Complaint.printOrigin(failure.cause(), spec));
    if (one.record().isPresent() || one.failure().isPresent()) {
      scored++;
    }
  }

  private static String text(Ended one) {
    String seconds = Console.seconds(one.took().toMillis() / 1000.0);
    return one.fate() == Ended.Fate.PUBLISHED
        ? new RecordLines(one.record().orElseThrow()).rows() + "  " + seconds
        : one.fate().word() + ": " + one.why().lines().findFirst().orElse("");
  }

  private static String mark(Ended one) {
    return switch (one.fate()) {
      case PUBLISHED -> "@|green,bold ✔|@";
      case SKIPPED, UNCHANGED, NOT_DUE -> "@|faint ·|@";
      case NOT_COMPLETE, REFUSED, SUPERSEDED -> "@|yellow,bold ■|@";
      case FAILED, UNKNOWN, NOT_BEGUN -> "@|red,bold ✘|@";
    };
  }

  private static String json(Job job, Ended one) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", job.name());
    node.put("interval", one.interval().id());
    node.put("fate", one.fate().word());
    node.put("exit-code", one.exit().code());
    node.put("why", one.why());
    if (one.record().isPresent()) {
      RunRecord record = one.record().get();
      node.put("attempt", record.token());
      ObjectNode rows = node.putObject("rows");
      rows.put("read", record.counts().read());
      rows.put("scored", record.counts().scored());
      rows.put("filtered", record.counts().filtered());
      rows.put("rejected", record.counts().rejected());
      node.put("seconds", one.took().toMillis() / 1000.0);
    }
    return node.toString();
  }

  /** What would be done about an interval, as one line of JSON. */
  static String json(Job job, Decision decision) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", job.name());
    node.put("interval", decision.interval().id());
    node.put("what", BackfillSummary.word(decision));
    node.put("why", decision.why());
    decision.published().ifPresent(token -> node.put("published", token));
    return node.toString();
  }
}
