package dev.nightjar.reconcile;

import dev.nightjar.ledger.FiledRuns;
import dev.nightjar.ledger.IndexedRun;
import dev.nightjar.result.AttemptOutcome;
import dev.nightjar.result.AttemptOutcome.Fate;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.Outcomes;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what the files of a job tell, for {@link dev.nightjar.ledger.RunIndex}. */
public final class FiledRunsReader {
  private FiledRunsReader() {}

  /**
   * All that lies under a job's output path. What a foreign hand has named there as no interval is
   * named is left out.
   *
   * @param clock that claims are written by
   * @throws dev.nightjar.result.ResultException when the files cannot be read
   */
  public static FiledRuns read(String job, ResultStore store, Clock clock) {
    List<AttemptOutcome> outcomes =
        new Outcomes(store, clock)
            .all().stream().filter(one -> isName(one.record().interval())).toList();
    // Read after the outcomes: a result that has come meanwhile is no reason to call it undecided.
    List<FiledRuns.Result> results =
        store.published().stream()
            .filter(manifest -> isName(manifest.interval()))
            .map(FiledRunsReader::result)
            .toList();
    Set<String> undecided =
        outcomes.stream()
            .filter(AttemptOutcome::isUndecided)
            .map(one -> one.record().interval())
            .collect(Collectors.toSet());
    return new FiledRuns(
        job, outcomes.stream().map(FiledRunsReader::attempt).toList(), results, undecided);
  }

  private static boolean isName(String interval) {
    return interval.length() <= FiledRuns.LONGEST_INTERVAL;
  }

  private static FiledRuns.Result result(Manifest manifest) {
    return new FiledRuns.Result(
        manifest.interval(),
        manifest.start(),
        manifest.end(),
        manifest.token(),
        manifest.created());
  }

  private static IndexedRun attempt(AttemptOutcome outcome) {
    RunRecord record = outcome.record();
    RunRecord.Counts counts = record.counts();
    boolean isOpen = outcome.isOpenByRecord();
    Instant began = outcome.claimed().orElse(Instant.EPOCH);
    return new IndexedRun(
        record.interval(),
        record.token(),
        isOpen ? outcome.fate().word() : record.ending().status().word(),
        outcome.fate() == Fate.PUBLISHED,
        record.isUnreadable() ? began : record.started(),
        record.isUnreadable() ? began : record.ended(),
        counts.read(),
        counts.scored(),
        counts.filtered(),
        counts.rejected(),
        isOpen ? outcome.because() : record.ending().reason());
  }
}
