package dev.nightjar.schedule;

import com.cronutils.model.Cron;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The firings of a cron expression in a zone. The expression is only ever asked for times of the
 * clock on the wall, where it has no gaps; which instants those are is decided here: a time that
 * the clock skips fires as long after the change as it lies behind its beginning (2:30 as 3:30), a
 * time that the clock shows twice fires twice. So no firing is lost to a change of the clock, and
 * each of the two hours of one name has its own. Not thread-safe.
 */
final class CronTimes {
  private final WallClock wallClock;
  private final ZoneRules rules;

  CronTimes(Cron cron, ZoneId zone) {
    this.wallClock = new WallClock(cron);
    this.rules = zone.getRules();
  }

  /** The first firing after an instant; empty when there is none ever again. */
  Optional<Instant> after(Instant instant) {
    Instant from = instant.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    while (true) {
      ZoneOffset offset = rules.getOffset(from);
      @Nullable ZoneOffsetTransition next = rules.nextTransition(from);
      Optional<Instant> regular = firing(from, offset);
      Optional<Instant> found =
          Stream.concat(skipped(from).stream(), regular.filter(at -> isBefore(at, next)).stream())
              .min(Instant::compareTo);
      if (found.isPresent() || regular.isEmpty() || next == null) {
        return found;
      }
      from = next.getInstant();
    }
  }

  private static boolean isBefore(Instant instant, @Nullable ZoneOffsetTransition change) {
    return change == null || instant.isBefore(change.getInstant());
  }

  /** The first firing at or after an instant by a clock that keeps to an offset. */
  private Optional<Instant> firing(Instant from, ZoneOffset offset) {
    return wallClock
        .atOrAfter(LocalDateTime.ofInstant(from, offset))
        .map(at -> at.toInstant(offset));
  }

  /** The first firing at or after an instant whose time the clock has just skipped. */
  private Optional<Instant> skipped(Instant from) {
    @Nullable ZoneOffsetTransition last = rules.previousTransition(from.plusNanos(1));
    if (last == null || !last.isGap()) {
      return Optional.empty();
    }
    Duration gap = last.getDuration();
    Instant end = last.getInstant().plus(gap);
    return from.isBefore(end)
        ? firing(from, last.getOffsetBefore()).filter(at -> at.isBefore(end))
        : Optional.empty();
  }
}
