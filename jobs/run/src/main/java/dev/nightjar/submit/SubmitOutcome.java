package dev.nightjar.submit;

import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.ExitCode;
import java.util.Optional;

/**
 * What became of a submission whose process has ended, read from the output path: a process that
 * was killed tells nothing, and one that lost its cluster may not know.
 *
 * @param exit for the shell
 * @param message for people
 * @param token of the attempt; empty when it never claimed one
 */
public record SubmitOutcome(ExitCode exit, String message, Optional<Long> token) {

  /**
   * Reads what became of a submission.
   *
   * @param interval that it was for
   * @param submission its name
   * @param ended what its process exited with, which only tells mistakes that no record is written
   *     of
   */
  public static SubmitOutcome read(
      ResultStore store, String interval, String submission, int ended) {
    try {
      Optional<Long> token = store.claimOf(interval, submission);
      return token.isEmpty() ? withoutClaim(ended) : ofAttempt(store, interval, token.get());
    } catch (ResultException e) {
      return new SubmitOutcome(
          ExitCode.UNKNOWN,
          "whether the result is published cannot be told: "
              + e.getMessage()
              + "; ask 'nightjar runs' before running the interval again",
          Optional.empty());
    }
  }

  private static SubmitOutcome withoutClaim(int ended) {
    ExitCode exit = ended == ExitCode.USAGE.code() ? ExitCode.USAGE : ExitCode.FAILED;
    return new SubmitOutcome(
        exit,
        "the driver ended with code "
            + ended
            + " before it claimed the interval; nothing is published",
        Optional.empty());
  }

  private static SubmitOutcome ofAttempt(ResultStore store, String interval, long token) {
    Optional<RunRecord.Ending> ending =
        store.records(interval).stream()
            .filter(record -> record.token() == token && !record.isUnreadable())
            .map(RunRecord::ending)
            .filter(found -> found.status() != RunRecord.Status.UNKNOWN)
            .findFirst();
    if (ending.isPresent()) {
      return new SubmitOutcome(
          exit(ending.get().exitCode()), ending.get().reason(), Optional.of(token));
    }
    return withoutRecord(store, interval, token);
  }

  /** The driver died, or could not tell; it changes nothing any more, so the manifest is final. */
  private static SubmitOutcome withoutRecord(ResultStore store, String interval, long token) {
    long highest = store.current(interval).map(Manifest::token).orElse(0L);
    if (highest > token) {
      return new SubmitOutcome(
          ExitCode.SUPERSEDED,
          "attempt " + highest + " has published a newer result, which stands",
          Optional.of(token));
    }
    if (highest == token) {
      store.makePublicationDurable(interval, token);
      return new SubmitOutcome(
          ExitCode.PUBLISHED,
          "published as attempt " + token + "; the driver died before it recorded that",
          Optional.of(token));
    }
    return new SubmitOutcome(
        ExitCode.FAILED,
        "the driver of attempt " + token + " died; nothing is published, run the interval again",
        Optional.of(token));
  }

  private static ExitCode exit(int code) {
    for (ExitCode exit : ExitCode.values()) {
      if (exit.code() == code) {
        return exit;
      }
    }
    return ExitCode.FAILED;
  }
}
