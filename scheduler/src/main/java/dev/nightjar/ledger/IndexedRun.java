package dev.nightjar.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An attempt as the files under the output path tell of it.
 *
 * @param interval the interval's id
 * @param token of the attempt
 * @param status how it ended, or {@code running}, {@code not-published} or {@code unknown} where
 *     its record does not say
 * @param isVisible whether it is its result that readers see
 * @param started when it began, to the millisecond
 * @param ended when it ended, to the millisecond; when it began, where that is not known
 * @param read rows of the input
 * @param scored of them
 * @param filtered of them
 * @param rejected of them
 * @param reason one sentence on how it ended
 */
public record IndexedRun(
    String interval,
    long token,
    String status,
    boolean isVisible,
    Instant started,
    Instant ended,
    long read,
    long scored,
    long filtered,
    long rejected,
    String reason) {
  public IndexedRun {
    started = started.truncatedTo(ChronoUnit.MILLIS);
    ended = ended.truncatedTo(ChronoUnit.MILLIS);
    reason = Reason.fitting(reason);
  }
}
