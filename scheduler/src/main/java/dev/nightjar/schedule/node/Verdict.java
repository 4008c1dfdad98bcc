package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a slot when its run has ended: by its exit code, and where that leaves open
 * whether the result is published, by what is published.
 *
 * @param job the job, as it was when the run began
 * @param interval what was scored
 * @param failures of the slot before this run
 * @param deaths of schedulers under it before this run
 */
record Verdict(
    JobFile.Sound job,
    Interval interval,
    int failures,
    int deaths,
    NodeSettings settings,
    ResultIndex results,
    Clock clock) {
  private static final int PUBLISHED = 0;
  private static final int FAILED = 1;
  private static final int CONFIGURATION = 2;
  private static final int REFUSED = 3;
  private static final int SUPERSEDED = 4;
  private static final Pattern FILES = Pattern.compile("\\(files ([0-9a-zA-Z]+)\\)");
  private static final int MOST_DEATHS = 5;
  private static final int LETTERS_OF_A_VERSION = 12;

  /** Whether a run that ended so counts against {@code schedule.retries}. */
  static boolean isFailure(OptionalLong exit) {
    return exit.isPresent() && exit.getAsLong() != PUBLISHED && exit.getAsLong() != SUPERSEDED;
  }

  /**
   * What becomes of it.
   *
   * @param exit of the run's process
   * @param before what was published before it began
   * @param stop why it was stopped; empty when it ended by itself
   * @param words what it said last, in a line; empty for nothing
   */
  Ending of(int exit, OptionalLong before, Optional<Stop> stop, String words) {
    return switch (exit) {
      case PUBLISHED -> end(SlotState.PUBLISHED, "published", exit, publishedNow());
      case CONFIGURATION ->
          end(
              SlotState.FAILED,
              "the configuration is wrong (files "
                  + shortened(job.version())
                  + "); it is tried again when they have changed"
                  + after(words),
              exit,
              OptionalLong.empty());
      case REFUSED -> end(SlotState.REFUSED, "refused" + after(words), exit, OptionalLong.empty());
      default -> byResults(exit, before, stop, words);
    };
  }

  private Ending byResults(int exit, OptionalLong before, Optional<Stop> stop, String words) {
    OptionalLong now;
    try {
      now = results.published(job.name(), interval);
    } catch (IOException e) {
      // Exit code 1 says that nothing is published; the others leave it open.
      return unread(exit, stop, words, String.valueOf(e.getMessage()));
    }
    if (now.isPresent() && (before.isEmpty() || now.getAsLong() > before.getAsLong())) {
      String by =
          exit == SUPERSEDED ? " by a newer attempt" : ", though it ended with code " + exit;
      return end(SlotState.PUBLISHED, "published" + by, exit, now);
    }
    return unpublished(exit, stop, words);
  }

  private Ending unpublished(int exit, Optional<Stop> stop, String words) {
    if (stop.isPresent()) {
      return stopped(stop.get());
    }
    return exit == SUPERSEDED
        ? again(settings.firstWait(), "a newer attempt has it and has not published", exit)
        : failed(exit, words);
  }

  private Ending unread(int exit, Optional<Stop> stop, String words, String problem) {
    // These say that this run has published nothing; and a slot that is run again asks once more.
    if (exit == FAILED || exit == SUPERSEDED || stop.filter(Stop::isNodes).isPresent()) {
      return unpublished(exit, stop, words);
    }
    return end(
        SlotState.UNKNOWN,
        "ended with code "
            + exit
            + ", and whether its result is published cannot be told: "
            + problem
            + "; 'nightjar runs resolve' tells as soon as it can be",
        exit,
        OptionalLong.empty());
  }

  private Ending failed(int exit, String words) {
    String how = "failed with code " + exit + after(words);
    int times = failures + 1;
    if (times > job.runs().retries()) {
      String all = times == 1 ? "" : ", the " + ordinal(times) + " time";
      return end(SlotState.FAILED, how + all, exit, OptionalLong.empty());
    }
    Duration wait = settings.wait(times);
    return again(
        wait,
        how
            + ", "
            + times
            + " of "
            + (job.runs().retries() + 1)
            + " times; tried again in "
            + words(wait),
        exit);
  }

  /** One that could not be started, which counts as a failure. */
  Ending notStarted(String why) {
    int times = failures + 1;
    String how = "could not be started: " + why;
    return times > job.runs().retries()
        ? end(SlotState.FAILED, how, FAILED, OptionalLong.empty())
        : again(settings.wait(times), how, FAILED);
  }

  /** One that was not started, because it could not be told whether it is published already. */
  Ending later(String why) {
    return new Ending(
        SlotState.DUE,
        clock.instant().plus(settings.firstWait()),
        "not started: what is published cannot be told: " + why,
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** One that need not run. */
  Ending alreadyPublished(long token) {
    return new Ending(
        SlotState.PUBLISHED,
        clock.instant(),
        "was published already",
        OptionalLong.empty(),
        OptionalLong.of(token));
  }

  /** Whether it is to be given up, because schedulers keep dying while they run it. */
  boolean isDeadly() {
    return deaths >= MOST_DEATHS;
  }

  /** One that is given up for that. */
  Ending deadly() {
    return unseen(
        SlotState.FAILED,
        "its scheduler has died "
            + deaths
            + " times while it ran; look for what kills it, such as too little memory, then trigger"
            + " it");
  }

  /** One whose interval the job does not have any more. */
  static Ending misfit(Slot slot, JobFile.Sound job, Instant now) {
    return new Ending(
        SlotState.FAILED,
        now,
        "the job has other intervals by now ("
            + job.grain().word()
            + " in "
            + job.zone()
            + "), and "
            + slot.interval()
            + " is none of them",
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** One that was stopped and has not published. */
  Ending stopped(Stop stop) {
    return switch (stop) {
      case CANCELLED -> unseen(SlotState.CANCELLED, "cancelled while it ran");
      case TIMED_OUT ->
          unseen(
              SlotState.FAILED,
              "stopped after "
                  + words(job.runs().timeout().orElse(Duration.ZERO))
                  + " (schedule.timeout)");
      case SHUT_DOWN -> unseen(SlotState.DUE, "its scheduler was stopped");
      case LEASE_LOST, LEASE_RAN_OUT ->
          unseen(SlotState.DUE, "its scheduler could not keep its lease, and stopped it");
    };
  }

  private Ending unseen(SlotState state, String reason) {
    return new Ending(state, clock.instant(), reason, OptionalLong.empty(), OptionalLong.empty());
  }

  private Ending again(Duration wait, String reason, int exit) {
    return new Ending(
        SlotState.DUE,
        clock.instant().plus(wait),
        reason,
        OptionalLong.of(exit),
        OptionalLong.empty());
  }

  private Ending end(SlotState state, String reason, int exit, OptionalLong token) {
    Instant now = clock.instant();
    return new Ending(state, now, reason, OptionalLong.of(exit), token);
  }

  private OptionalLong publishedNow() {
    try {
      return results.published(job.name(), interval);
    } catch (IOException e) {
      return OptionalLong.empty(); // Exit code 0 is the promise; the token is only told along.
    }
  }

  /** Whether a slot ended because of a configuration that has changed since. */
  static boolean isOutdated(String reason, String version) {
    Matcher matcher = FILES.matcher(reason);
    return matcher.find() && !matcher.group(1).equals(shortened(version));
  }

  private static String shortened(String version) {
    return version.substring(0, Math.min(version.length(), LETTERS_OF_A_VERSION));
  }

  private static String after(String words) {
    return words.isEmpty() ? "" : ": " + words;
  }

  private static String ordinal(int number) {
    return switch (number) {
      case 2 -> "2nd";
      case 3 -> "3rd";
      default -> number + "th";
    };
  }

  /** Such as 90 s, 2 min, 4 h: in the largest unit that tells it whole. */
  static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds >= 3600 && seconds % 3600 == 0) {
      return seconds / 3600 + " h";
    }
    return seconds >= 60 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
