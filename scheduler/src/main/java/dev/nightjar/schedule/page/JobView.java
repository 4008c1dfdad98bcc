package dev.nightjar.schedule.page;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job.
 *
 * @param from the first day of the calendar
 * @param to the day after its last
 * @param cells its intervals, in order
 * @param runs the last ones that were started, those of the newest interval first
 */
record JobView(
    Instant at,
    Overview.JobLine job,
    LocalDate from,
    LocalDate to,
    List<Cell> cells,
    List<Run> runs) {
  /**
   * An interval.
   *
   * @param hour of its start, as the clock in the job's zone shows it
   * @param reason empty where nothing was said
   */
  record Cell(String interval, LocalDate day, int hour, Mark mark, String reason) {}

  /**
   * A run that was started.
   *
   * @param ended null while it goes on, or when nobody saw its end
   * @param seconds that it took; null as its end
   * @param rows that were read; null where no record says it
   */
  record Run(
      String interval,
      long fence,
      String scheduler,
      Instant started,
      @Nullable Instant ended,
      @Nullable Long exit,
      @Nullable Double seconds,
      @Nullable Long rows,
      String reason) {}
}
