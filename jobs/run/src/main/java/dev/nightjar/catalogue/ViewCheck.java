package dev.nightjar.catalogue;

import dev.nightjar.config.Durations;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.TiedRows;
import dev.nightjar.feature.spark.ViewStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A feature view held against its table, all of which is read.
 *
 * @param problems what makes a run fail, or reject rows
 * @param notices what is allowed and should be known
 */
public record ViewCheck(List<String> problems, List<String> notices) {
  private static final int MOST_NAMED = 3;

  public ViewCheck {
    problems = List.copyOf(problems);
    notices = List.copyOf(notices);
  }

  /**
   * Checks a view.
   *
   * @param view with a source
   * @param freshWithin how old its newest row may be
   * @param now the moment at which its freshness is judged
   */
  public static ViewCheck of(
      FeatureView view, Optional<Duration> freshWithin, TableReader tables, Instant now) {
    List<String> problems = new ArrayList<>();
    List<String> notices = new ArrayList<>();
    try {
      tables.requireSound(view.source().orElseThrow(), Map.of());
      notices.addAll(tables.notices(view.source().orElseThrow(), Map.of()));
      Dataset<Row> table = tables.read(view, Map.of());
      ViewStatistics statistics = ViewStatistics.of(view, table, now);
      if (statistics.rows() == 0) {
        problems.add(
            "its table holds no rows, so every row would be scored on defaults; mend the table, or"
                + " say limits.empty-views: allow in the jobs");
      } else {
        judge(statistics, now, notices);
        freshWithin.ifPresent(allowed -> judge(statistics, allowed, now, problems));
        judge(view, TiedRows.in(view, table, MOST_NAMED), problems, notices);
      }
    } catch (TableException e) {
      String.valueOf(e.getMessage()).lines().forEach(problems::add);
    }
    return new ViewCheck(problems, notices);
  }

  private static void judge(ViewStatistics found, Instant now, List<String> notices) {
    if (found.withoutKey() > 0) {
      notices.add(rows(found.withoutKey()) + " no key, which nothing matches");
    }
    if (found.withoutTime() > 0) {
      notices.add(
          rows(found.withoutTime())
              + " no event time or no time of availability; nobody ever sees that");
    }
    if (found.future() > 0) {
      notices.add(
          rows(found.future())
              + " a time that lies ahead of "
              + now
              + "; nobody sees them until then");
    }
    if (found.keys() > 0 && found.staleKeys() == found.keys()) {
      notices.add(
          "every key is stale at "
              + now
              + ": the newest event time is "
              + found.newest().map(Instant::toString).orElse("unknown"));
    }
    found.features().stream()
        .filter(feature -> feature.nulls() == found.rows())
        .forEach(
            feature ->
                notices.add(
                    "the feature '" + feature.name() + "' is null in every row of the table"));
  }

  private static void judge(
      ViewStatistics found, Duration allowed, Instant now, List<String> problems) {
    if (found.newest().filter(at -> !at.isBefore(now.minus(allowed))).isEmpty()) {
      problems.add(
          "it is not fresh: at "
              + now
              + " its newest row was of "
              + found.newest().map(Instant::toString).orElse("no time at all")
              + ", and 'fresh-within' asks for one of the last "
              + Durations.text(allowed));
    }
  }

  private static String rows(long count) {
    return count == 1 ? "1 row has" : String.format(Locale.ROOT, "%,d rows have", count);
  }

  private static void judge(
      FeatureView view, TiedRows tied, List<String> problems, List<String> notices) {
    if (tied.groups() == 0) {
      return;
    }
    String what =
        String.format(
            Locale.ROOT,
            "%,d %s rows that stand against each other, with equal %s and other values, such as %s; ",
            tied.groups(),
            tied.groups() == 1 ? "key has" : "keys and times have",
            view.isStatic() ? "keys" : "event time",
            String.join(", ", tied.examples()));
    if (view.onTie() == OnTie.ANY) {
      notices.add(what + "one of them is taken, always the same ('on-tie: any')");
    } else {
      problems.add(
          what
              + "an input row that they answer is rejected: name 'tie-break' columns that decide, say"
              + " 'on-tie: any', or mend the table");
    }
  }
}
