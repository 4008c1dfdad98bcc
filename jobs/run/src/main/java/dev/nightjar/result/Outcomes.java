package dev.nightjar.result;

import dev.nightjar.result.AttemptOutcome.Fate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What has become of the attempts under an output path. The manifests are the truth: what a record
 * says is followed only where it says more than they do. Nothing is written.
 */
public final class Outcomes {
  private final ResultStore store;
  private final Clock clock;

  /**
   * Of the attempts in a store.
   *
   * @param clock that claims are written by
   */
  public Outcomes(ResultStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Of all attempts, by interval and token. */
  public List<AttemptOutcome> all() {
    return store.intervals().stream().flatMap(interval -> of(interval).stream()).toList();
  }

  /** Of an interval's attempts, by token. */
  public List<AttemptOutcome> of(String interval) {
    // A driver publishes, then records, then ends: looked at in the other order, none slips
    // through.
    List<RunRecord> records = store.records(interval);
    Set<Long> recorded = store.recorded(interval);
    List<Traces> traces = records.stream().map(record -> traces(record, recorded)).toList();
    Optional<Manifest> visible = store.current(interval);
    return traces.stream().map(one -> outcome(one, visible)).toList();
  }

  /** What an attempt has left beside its manifest. */
  private record Traces(RunRecord record, boolean isRecorded, Claim claim, Claim.Driver driver) {}

  private Traces traces(RunRecord record, Set<Long> recorded) {
    Claim claim = store.readClaim(record.interval(), record.token());
    return new Traces(record, recorded.contains(record.token()), claim, claim.driver());
  }

  private AttemptOutcome outcome(Traces traces, Optional<Manifest> visible) {
    long token = traces.record().token();
    long seen = visible.map(Manifest::token).orElse(0L);
    if (seen == token) {
      return of(traces, Fate.PUBLISHED, "its manifest is complete, and none is higher");
    }
    if (seen > token) {
      return of(traces, Fate.SUPERSEDED, "readers see attempt " + seen);
    }
    String stands = seen == 0 ? "" : "; readers see attempt " + seen;
    if (traces.isRecorded()) {
      return of(traces, Fate.NOT_PUBLISHED, "it has ended and left no complete manifest" + stands);
    }
    String driver = "its driver, " + traces.claim().driverInWords() + ",";
    return switch (traces.driver()) {
      case RUNS -> of(traces, Fate.RUNNING, driver + " is at work" + stands);
      case HAS_ENDED -> of(traces, Fate.NOT_PUBLISHED, driver + " has died" + stands);
      case ELSEWHERE ->
          isLongAgo(traces.claim())
              ? of(
                  traces,
                  Fate.NOT_PUBLISHED,
                  "it has left no word for longer than a run may take" + stands)
              : of(
                  traces,
                  Fate.UNKNOWN,
                  driver
                      + " cannot be looked for from here"
                      + stands
                      + "; look there, or run the interval again, which fences it off");
    };
  }

  /** As {@link Retention} has it, which would take its files away. */
  private boolean isLongAgo(Claim claim) {
    Instant dead = clock.instant().minus(Retention.LONGEST_RUN);
    return claim.claimed().filter(at -> at.isBefore(dead)).isPresent();
  }

  private static AttemptOutcome of(Traces traces, Fate fate, String because) {
    return new AttemptOutcome(traces.record(), traces.claim().claimed(), fate, because);
  }
}
