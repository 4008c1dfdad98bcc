package dev.nightjar.run;

import dev.nightjar.result.RunRecord;
import java.util.List;

/**
 * What scoring the rejected rows of a result again comes to.
 *
 * @param of the token of the result
 * @param taken how many rows are taken over as they stand
 * @param again how many rows are scored again
 * @param scored of those
 * @param filtered of those
 * @param rejected of those, as before or anew
 * @param rejections why, most frequent first
 * @param changes whether any row has another outcome than before
 */
public record ReplayTally(
    long of,
    long taken,
    long again,
    long scored,
    long filtered,
    long rejected,
    List<RunRecord.Rejections> rejections,
    boolean changes) {
  public ReplayTally {
    rejections = List.copyOf(rejections);
  }
}
