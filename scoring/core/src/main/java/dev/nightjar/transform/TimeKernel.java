package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Fields of times. The zone's offset is looked up once for all times between two changes of it. The
 * days of the proleptic Gregorian calendar are counted as in H. S. Warren's and E. G. Richards'
 * formulas, over eras of 400 years that begin in March.
 */
final class TimeKernel implements Kernel {
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long DAYS_PER_ERA = 146_097;
  private static final long YEARS_PER_ERA = 400;

  /** From 0000-03-01 to 1970-01-01. */
  private static final long DAYS_TO_EPOCH = 719_468;

  private static final int THURSDAY = 3;

  private final Step.TimeField step;
  private final ZoneRules rules;

  /** The offset in milliseconds of every time from {@code since} to before {@code until}. */
  private long offset;

  private long since = 1;
  private long until;

  TimeKernel(Step.TimeField step) {
    this.step = step;
    this.rules = ZoneId.of(step.zone()).getRules();
  }

  @Override
  public void run(Slots slots, int rows, RowFates fates) {
    Kernel.rejectNulls(slots, step.in(), fates, step.field());
    long[] in = slots.longs(step.in());
    int[] out = slots.ints(step.out());
    for (int row = 0; row < rows; row++) {
      if (fates.isAlive(row)) {
        out[row] = field(in[row] + offset(in[row]));
      }
    }
    slots.clearNulls(step.out());
  }

  private long offset(long millis) {
    if (millis < since || millis >= until) {
      Instant at = Instant.ofEpochMilli(millis);
      offset = rules.getOffset(at).getTotalSeconds() * MILLIS_PER_SECOND;
      ZoneOffsetTransition before = rules.previousTransition(at.plusNanos(1));
      ZoneOffsetTransition after = rules.nextTransition(at);
      since = before == null ? Long.MIN_VALUE : before.toEpochSecond() * MILLIS_PER_SECOND;
      until = after == null ? Long.MAX_VALUE : after.toEpochSecond() * MILLIS_PER_SECOND;
    }
    return offset;
  }

  private int field(long local) {
    long milli = Math.floorMod(local, MILLIS_PER_DAY);
    return switch (step.calendar()) {
      case HOUR_OF_DAY -> (int) (milli / 3_600_000);
      case MINUTE_OF_HOUR -> (int) (milli / 60_000 % 60);
      case MINUTE_OF_DAY -> (int) (milli / 60_000);
      case SECOND_OF_MINUTE -> (int) (milli / MILLIS_PER_SECOND % 60);
      case SECOND_OF_DAY -> (int) (milli / MILLIS_PER_SECOND);
      case MILLI_OF_SECOND -> (int) (milli % MILLIS_PER_SECOND);
      default -> ofDate(Math.floorDiv(local, MILLIS_PER_DAY));
    };
  }

  private int ofDate(long day) {
    if (step.calendar() == Step.Calendar.DAY_OF_WEEK) {
      return (int) Math.floorMod(day + THURSDAY, 7L) + 1;
    }
    long shifted = day + DAYS_TO_EPOCH;
    long era = Math.floorDiv(shifted, DAYS_PER_ERA);
    long dayOfEra = Math.floorMod(shifted, DAYS_PER_ERA);
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long month = (5 * dayFromMarch + 2) / 153;
    boolean nextYear = month >= 10;
    long year = era * YEARS_PER_ERA + yearOfEra + (nextYear ? 1 : 0);
    return switch (step.calendar()) {
      case YEAR -> (int) year;
      case MONTH_OF_YEAR -> (int) (nextYear ? month - 9 : month + 3);
      case DAY_OF_MONTH -> (int) (dayFromMarch - (153 * month + 2) / 5 + 1);
      default -> {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % YEARS_PER_ERA == 0);
        // January and February end the year that began in March.
        yield (int) (nextYear ? dayFromMarch - 305 : dayFromMarch + (leap ? 61 : 60));
      }
    };
  }
}
