package dev.nightjar.backfill;

import dev.nightjar.result.RunRecord;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import dev.nightjar.run.RunResult;
import dev.nightjar.schedule.Interval;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of an interval.
 *
 * @param interval it
 * @param fate in a word
 * @param exit what a run of it alone would tell the shell
 * @param why for people, without secrets; of a published one in which attempt
 * @param record of the run, when there was one that claimed the interval
 * @param failure what ended the run, when something did
 * @param took how long, by the clock; nothing for what was not run
 */
public record Ended(
    Interval interval,
    Fate fate,
    ExitCode exit,
    String why,
    Optional<RunRecord> record,
    Optional<Failure> failure,
    Duration took) {

  /** What became of it. */
  public enum Fate {
    /** It was scored and published now. */
    PUBLISHED,
    /** It was published before, and is left at that. */
    SKIPPED,
    /** It was published before, and nothing has changed since. */
    UNCHANGED,
    /** No firing of the schedule scores it. */
    NOT_DUE,
    /** It is not over. */
    NOT_COMPLETE,
    /** A limit or gate refused it. */
    REFUSED,
    /** Its run failed. */
    FAILED,
    /** A newer attempt has taken over. */
    SUPERSEDED,
    /** Nobody knows whether it is published. */
    UNKNOWN,
    /** The backfill ended before its turn came. */
    NOT_BEGUN;

    /** For people and programs, such as {@code not-due}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Of a decision not to score. */
  static Ended without(Decision decision) {
    return switch (decision.what()) {
      case PUBLISHED -> none(decision, Fate.SKIPPED, ExitCode.PUBLISHED);
      case UNCHANGED -> none(decision, Fate.UNCHANGED, ExitCode.PUBLISHED);
      case NOT_DUE -> none(decision, Fate.NOT_DUE, ExitCode.PUBLISHED);
      case NOT_COMPLETE -> none(decision, Fate.NOT_COMPLETE, ExitCode.REFUSED);
      case SCORE -> throw new IllegalArgumentException(decision + " is to be scored");
    };
  }

  private static Ended none(Decision decision, Fate fate, ExitCode exit) {
    return new Ended(
        decision.interval(),
        fate,
        exit,
        decision.why(),
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO);
  }

  /** Of one whose turn did not come. */
  static Ended notBegun(Decision decision, String why) {
    return new Ended(
        decision.interval(),
        Fate.NOT_BEGUN,
        ExitCode.FAILED,
        why,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO);
  }

  /** Of a run. */
  static Ended of(Interval interval, RunResult result, Duration took) {
    RunRecord record = result.record();
    Fate fate =
        switch (record.ending().status()) {
          case PUBLISHED -> Fate.PUBLISHED;
          case SKIPPED -> Fate.SKIPPED;
          case REFUSED -> Fate.REFUSED;
          case SUPERSEDED -> Fate.SUPERSEDED;
          case UNKNOWN -> Fate.UNKNOWN;
          case FAILED -> Fate.FAILED;
        };
    String why =
        fate == Fate.PUBLISHED
            ? "published as attempt " + record.token()
            : record.ending().reason();
    return new Ended(
        interval, fate, result.exit(), why, Optional.of(record), result.failure(), took);
  }

  /** Of a run that could not even claim the interval. */
  static Ended of(Interval interval, Failure failure, String message, Duration took) {
    return new Ended(
        interval,
        failure.exit() == ExitCode.REFUSED ? Fate.REFUSED : Fate.FAILED,
        failure.exit(),
        message,
        Optional.empty(),
        Optional.of(failure),
        took);
  }

  /** Whether a run of it failed, was refused, or has an outcome that nobody knows. */
  public boolean isTrouble() {
    return exit != ExitCode.PUBLISHED;
  }
}
