package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.SlotState;
import java.util.Map;
import java.util.TreeMap;

/** What has become of the runs of a node since it began, by job. Thread-safe. */
public final class RunCounts {
  /** Of a job of which nothing was taken. */
  public static final Count NONE = new Count(0, 0);

  private final Map<String, Count> counts = new TreeMap<>();

  /**
   * Of one job.
   *
   * @param failed runs that failed, those included that are tried again
   * @param lost runs whose lease another scheduler had by the end
   */
  public record Count(long failed, long lost) {
    private Count plus(boolean isFailure, boolean isLost) {
      return new Count(failed + (isFailure ? 1 : 0), lost + (isLost ? 1 : 0));
    }
  }

  synchronized void ended(String job, Ending ending, boolean isTaken) {
    boolean isFailure = ending.state() == SlotState.FAILED || Verdict.isFailure(ending.exit());
    counts.merge(
        job,
        NONE.plus(isFailure, !isTaken),
        (known, one) -> new Count(known.failed + one.failed, known.lost + one.lost));
  }

  /** As they are now. */
  public synchronized Map<String, Count> now() {
    return Map.copyOf(counts);
  }
}
