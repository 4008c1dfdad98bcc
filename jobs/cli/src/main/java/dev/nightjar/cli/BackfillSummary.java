package dev.nightjar.cli;

import dev.nightjar.backfill.Decision;
import dev.nightjar.backfill.Ended;
import dev.nightjar.job.Job;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a backfill came to as a whole, or would do. */
final class BackfillSummary {
  private static final int MOST_NAMED = 2;

  private BackfillSummary() {}

  /** How many intervals came to what, and why some are not published. */
  static void print(Job job, List<Ended> ended, PrintWriter out) {
    Map<Ended.Fate, List<Ended>> byFate = new EnumMap<>(Ended.Fate.class);
    ended.forEach(one -> byFate.computeIfAbsent(one.fate(), any -> new ArrayList<>()).add(one));
    TextTable table = new TextTable("intervals", "what", "which");
    byFate.forEach((fate, all) -> table.add(Console.number(all.size()), fate.word(), named(all)));
    out.println();
    table.print(out);
    List<Ended> troubles = ended.stream().filter(Ended::isTrouble).toList();
    if (troubles.isEmpty()) {
      return;
    }
    out.println();
    out.println("not published:");
    for (Ended one : troubles) {
      out.println("  " + one.interval().id() + "  " + one.fate().word() + ": " + one.why());
    }
    if (troubles.stream().anyMatch(one -> one.fate() != Ended.Fate.NOT_COMPLETE)) {
      out.println(
          "  when that is mended: "
              + Console.command(
                  "backfill "
                      + job.name()
                      + " --from "
                      + ended.get(0).interval().id()
                      + " --to "
                      + ended.get(ended.size() - 1).interval().id()
                      + " --only-missing",
                  job.project()));
    }
  }

  private static String named(List<Ended> all) {
    List<String> ids = all.stream().map(one -> one.interval().id()).toList();
    return ids.size() <= MOST_NAMED
        ? String.join(", ", ids)
        : ids.get(0) + " … " + ids.get(ids.size() - 1);
  }

  /** What would be done about each interval. */
  static void print(Job job, List<Decision> decisions, boolean json, PrintWriter out) {
    if (json) {
      decisions.forEach(one -> out.println(BackfillLines.json(job, one)));
      return;
    }
    long toScore = decisions.stream().filter(Decision::isToScore).count();
    for (Decision one : decisions) {
      out.println(
          String.format(Locale.ROOT, "  %s  %-12s  %s", one.interval().id(), word(one), one.why()));
    }
    out.println(
        toScore
            + " of "
            + decisions.size()
            + " intervals would be scored; nothing was started and nothing written");
  }

  static String word(Decision decision) {
    return decision.what().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
