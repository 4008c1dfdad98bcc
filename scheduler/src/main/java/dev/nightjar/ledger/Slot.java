package dev.nightjar.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One interval of a job, of which a ledger has at most one slot.
 *
 * @param job the job's name
 * @param interval the interval's id
 * @param start of the interval
 * @param end of the interval
 * @param state where it stands
 * @param cause why it is there
 * @param scheduled the firing that asked for it; of a trigger or backfill, when it was asked for
 * @param tries runs that were started
 * @param notBefore when it may be tried, or tried again
 * @param lease the last one; empty before the first
 * @param reason one sentence on how it came to its state
 * @param since when it came to its state
 * @param token of the published result, as far as the ledger knows
 */
public record Slot(
    String job,
    String interval,
    Instant start,
    Instant end,
    SlotState state,
    Cause cause,
    Instant scheduled,
    int tries,
    Instant notBefore,
    Optional<Lease> lease,
    String reason,
    Instant since,
    OptionalLong token) {
  /** A slot that is due. */
  public static Slot due(
      String job, String interval, Instant start, Instant end, Cause cause, Instant scheduled) {
    return new Slot(
        job,
        interval,
        start,
        end,
        SlotState.DUE,
        cause,
        scheduled,
        0,
        scheduled,
        Optional.empty(),
        "",
        scheduled,
        OptionalLong.empty());
  }

  /** The same that is not to be done. */
  public Slot skipped(String why) {
    return new Slot(
        job,
        interval,
        start,
        end,
        SlotState.SKIPPED,
        cause,
        scheduled,
        tries,
        notBefore,
        lease,
        why,
        since,
        token);
  }

  /** Job and interval, for messages. */
  public String label() {
    return job + " " + interval;
  }
}
