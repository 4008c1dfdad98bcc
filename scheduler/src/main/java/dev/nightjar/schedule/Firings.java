package dev.nightjar.schedule;

import dev.nightjar.schedule.Firing.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which intervals a schedule asks for between two instants. A firing scores the last complete
 * interval that ends at or before the scheduled instant; several firings between two ends of
 * intervals ask for the same one, which is told once. Not thread-safe.
 */
public final class Firings {
  private final Schedule schedule;
  private final Grain grain;
  private final CronTimes times;

  /** The firings of a schedule of intervals of that grain, in the schedule's zone. */
  public Firings(Schedule schedule, Grain grain) {
    this.schedule = schedule;
    this.grain = grain;
    this.times = schedule.times();
  }

  /** The first firing after an instant; empty when there is none ever again. */
  public Optional<Instant> next(Instant after) {
    return times.after(after);
  }

  /** The interval that a firing scores. */
  public Interval scoredAt(Instant firing) {
    Interval current = Interval.containing(firing, grain, schedule.zone());
    return Interval.containing(current.start().minusNanos(1), grain, schedule.zone());
  }

  /**
   * Whether any firing scores an interval: one from its end on, before the next one ends. Asked for
   * many, best in their order.
   */
  public boolean score(Interval interval) {
    return next(interval.end().minusSeconds(1))
        .filter(at -> at.isBefore(interval.next().end()))
        .isPresent();
  }

  /**
   * The intervals that are asked for after an instant, up to another, in their order.
   *
   * @param from this instant's own firing left out
   * @param to this instant's own firing taken in: when they are noticed
   * @param misfire how late a firing may be noticed without having been missed
   */
  public List<Firing> due(Instant from, Instant to, Duration misfire) {
    Instant missedBefore = to.minus(misfire);
    Map<Interval, Firing> found = new LinkedHashMap<>();
    Optional<Instant> at = next(from);
    while (at.isPresent() && !at.get().isAfter(to)) {
      Interval interval = scoredAt(at.get());
      Fate fate = at.get().isBefore(missedBefore) ? Fate.CATCH_UP : Fate.ON_TIME;
      // Of several firings for one interval the last one decides: it may well be on time.
      found.merge(
          interval, new Firing(interval, at.get(), fate), (first, last) -> first.with(last.fate()));
      // Where all of them were missed, the first says it all: there may be millions of seconds.
      Instant others = interval.next().end();
      at = next(others.isAfter(missedBefore) ? at.get() : others.minusSeconds(1));
    }
    return caughtUp(List.copyOf(found.values()));
  }

  private List<Firing> caughtUp(List<Firing> found) {
    int missed = (int) found.stream().filter(firing -> firing.fate() == Fate.CATCH_UP).count();
    int skipped =
        switch (schedule.catchUp()) {
          case ALL -> 0;
          case LAST -> Math.max(0, missed - 1);
          case NONE -> missed;
        };
    List<Firing> all = new ArrayList<>();
    for (Firing firing : found) {
      boolean isSkipped = firing.fate() == Fate.CATCH_UP && skipped > 0;
      skipped -= isSkipped ? 1 : 0;
      all.add(isSkipped ? firing.with(Fate.SKIPPED) : firing);
    }
    return all;
  }
}
