package dev.nightjar.ledger;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something of a job that people are to be told of.
 *
 * @param job the job's name
 * @param number of the notice, counted for each job from 1
 * @param interval the interval's id
 * @param start of the interval
 * @param end of the interval
 * @param event what happened
 * @param state of the slot by then
 * @param cause why the slot was there
 * @param scheduled the firing that asked for it, or when somebody did
 * @param tries runs that were started
 * @param fence of the slot's last lease; 0 when there was none
 * @param node that held it; empty when none did
 * @param reason one sentence on how it came to its state
 * @param at when
 * @param token of what is published of the interval, as far as the ledger knows
 * @param trouble what a recovery ends; empty for all others
 */
public record Notice(
    String job,
    long number,
    String interval,
    Instant start,
    Instant end,
    Event event,
    SlotState state,
    Cause cause,
    Instant scheduled,
    int tries,
    long fence,
    Optional<String> node,
    String reason,
    Instant at,
    OptionalLong token,
    Optional<Trouble> trouble) {

  /** What people are told of. */
  public enum Event {
    /** An interval has failed for good, or nobody can tell what has become of it. */
    FAILED,
    /** A limit or gate has refused an interval, or it has waited in vain. */
    REFUSED,
    /** The interval that had failed, or a later one, is published. */
    RECOVERED;

    /** The word in the database, in configuration and in what people read. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Event> of(String word) {
      return Arrays.stream(values()).filter(event -> event.word().equals(word)).findFirst();
    }
  }

  /**
   * What a recovery ends.
   *
   * @param interval that failed or was refused last
   * @param event how
   * @param since when the first of them did since the job was last well
   */
  public record Trouble(String interval, Event event, Instant since) {}

  /** Names this very event: a receiver that gets it twice drops the second by it. */
  public String key() {
    return job
        + "/"
        + interval
        + "/"
        + (event == Event.RECOVERED ? event.word() : state.word())
        + "/"
        + fence
        + "/"
        + at.toEpochMilli();
  }
}
