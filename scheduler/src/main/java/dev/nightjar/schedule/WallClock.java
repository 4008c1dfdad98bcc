package dev.nightjar.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.time.ExecutionTime;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron expression by a clock on a wall, which never changes. The library is only
 * asked for days; the times of a day are the same for all of them, and found once: thousands of
 * firings after a long downtime would take it minutes. Not thread-safe.
 */
final class WallClock {
  private final ExecutionTime cron;
  private final NavigableSet<Integer> hours = new TreeSet<>();
  private final NavigableSet<Integer> minutes = new TreeSet<>();
  private final NavigableSet<Integer> seconds = new TreeSet<>();
  private @Nullable LocalDate askedFrom;
  private Optional<LocalDate> answered = Optional.empty();

  WallClock(Cron cron) {
    this.cron = ExecutionTime.forCron(cron);
  }

  /** The first time at or after another; empty when there is none ever again. */
  Optional<LocalDateTime> atOrAfter(LocalDateTime time) {
    Optional<LocalDate> day = dayFrom(time.toLocalDate());
    if (day.isEmpty()) {
      return Optional.empty();
    }
    if (day.get().equals(time.toLocalDate())) {
      Optional<LocalTime> later = timeFrom(time.toLocalTime());
      if (later.isPresent()) {
        return later.map(day.get()::atTime);
      }
      day = dayFrom(day.get().plusDays(1));
    }
    return day.map(at -> at.atTime(hours.first(), minutes.first(), seconds.first()));
  }

  /** The first day from one on that has any. */
  private Optional<LocalDate> dayFrom(LocalDate day) {
    boolean isKnown =
        askedFrom != null
            && !day.isBefore(askedFrom)
            && answered.filter(last -> last.isBefore(day)).isEmpty();
    if (!isKnown) {
      Optional<LocalDateTime> first = next(day.atStartOfDay().minusSeconds(1));
      first.filter(any -> hours.isEmpty()).ifPresent(this::learn);
      askedFrom = day;
      answered = first.map(LocalDateTime::toLocalDate);
    }
    return answered;
  }

  private Optional<LocalDateTime> next(LocalDateTime after) {
    return cron.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }

  /** Hours, minutes and seconds do not depend on each other: one time of a day tells them all. */
  private void learn(LocalDateTime one) {
    add(hours, 24, one::withHour);
    add(minutes, 60, one::withMinute);
    add(seconds, 60, one::withSecond);
  }

  private void add(NavigableSet<Integer> set, int end, IntFunction<LocalDateTime> with) {
    for (int i = 0; i < end; i++) {
      if (next(with.apply(i).minusSeconds(1)).filter(with.apply(i)::equals).isPresent()) {
        set.add(i);
      }
    }
  }

  private Optional<LocalTime> timeFrom(LocalTime time) {
    Integer hour = hours.ceiling(time.getHour());
    if (hour != null && hour == time.getHour()) {
      Integer minute = minutes.ceiling(time.getMinute());
      if (minute != null && minute == time.getMinute()) {
        Integer second = seconds.ceiling(time.getSecond());
        if (second != null) {
          return Optional.of(LocalTime.of(hour, minute, second));
        }
        minute = minutes.higher(minute);
      }
      if (minute != null) {
        return Optional.of(LocalTime.of(hour, minute, seconds.first()));
      }
      hour = hours.higher(hour);
    }
    return hour == null
        ? Optional.empty()
        : Optional.of(LocalTime.of(hour, minutes.first(), seconds.first()));
  }
}
