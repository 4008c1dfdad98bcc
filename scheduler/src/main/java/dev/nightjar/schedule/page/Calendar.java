package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Slot;
import dev.nightjar.schedule.Firings;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.page.JobView.Cell;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The intervals of a job over some time, and how each stands. */
record Calendar(JobFile.Sound job, Instant now, Optional<Instant> first) {
  private static final int MONTHS = 6;
  private static final int DAYS_OF_HOURS = 21;

  /** From a day to another, which is left out. */
  record Span(LocalDate from, LocalDate to) {}

  /** What one calendar shows: whole months of days, or some weeks of hours. */
  static Span span(Grain grain, LocalDate last) {
    return grain == Grain.HOUR
        ? new Span(last.minusDays(DAYS_OF_HOURS - 1), last.plusDays(1))
        : new Span(
            last.withDayOfMonth(1).minusMonths(MONTHS - 1), last.withDayOfMonth(1).plusMonths(1));
  }

  /** Of a job whose intervals nobody knows any more: what is in the ledger. */
  static List<Cell> slotsOnly(List<Slot> slots, ZoneId zone) {
    return slots.stream()
        .map(
            slot -> cell(slot.interval(), slot.start(), zone, Mark.of(slot.state()), slot.reason()))
        .toList();
  }

  /** Whether a job has an interval of that name. */
  static boolean isInterval(JobFile.Sound job, String text) {
    try {
      return Interval.parse(text, job.grain(), job.zone()).id().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  List<Cell> cells(Span span, List<Slot> slots) {
    Map<String, Slot> byName = new HashMap<>();
    slots.forEach(slot -> byName.put(slot.interval(), slot));
    Optional<Firings> firings = job.schedule().map(of -> new Firings(of, job.grain()));
    Instant end = span.to().atStartOfDay(job.zone()).toInstant();
    List<Cell> cells = new ArrayList<>();
    for (Interval at =
            Interval.containing(
                span.from().atStartOfDay(job.zone()).toInstant(), job.grain(), job.zone());
        at.start().isBefore(end);
        at = at.next()) {
      Slot slot = byName.get(at.id());
      Mark mark = slot == null ? withoutSlot(at, firings) : Mark.of(slot.state());
      String reason = slot == null ? "" : slot.reason();
      cells.add(cell(at.id(), at.start(), job.zone(), mark, reason));
    }
    return cells;
  }

  /** Missing is what was to be made since there have been slots at all. */
  private Mark withoutSlot(Interval interval, Optional<Firings> firings) {
    boolean isAsked =
        first.filter(start -> start.isBefore(interval.start())).isPresent()
            && firings.isPresent()
            && firings
                .get()
                .next(interval.end().minusSeconds(1))
                .filter(at -> at.isBefore(interval.next().end()) && at.isBefore(now))
                .isPresent();
    return isAsked ? Mark.MISSING : Mark.NONE;
  }

  private static Cell cell(String interval, Instant start, ZoneId zone, Mark mark, String reason) {
    ZonedDateTime local = start.atZone(zone);
    return new Cell(interval, local.toLocalDate(), local.getHour(), mark, reason);
  }
}
