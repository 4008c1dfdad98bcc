package dev.nightjar.result;

import dev.nightjar.result.RunRecord.Status;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What has become of an attempt, by its manifest, its record and whether its driver is there.
 *
 * @param record of it; where its file is missing or unreadable, one that says so
 * @param claimed when it took its token; empty when that cannot be told
 * @param fate what has become of it
 * @param because one clause on how that is known
 */
public record AttemptOutcome(
    RunRecord record, Optional<Instant> claimed, Fate fate, String because) {

  /** What has become of an attempt. */
  public enum Fate {
    /** Readers see its result. */
    PUBLISHED,
    /** Readers see a newer one. */
    SUPERSEDED,
    /** Nothing of it is published, nor will be. */
    NOT_PUBLISHED,
    /** Its driver runs. */
    RUNNING,
    /** It is not published, and whether its driver runs cannot be told from here. */
    UNKNOWN;

    /** The word for people and in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Whether its record leaves open what became of it: there is none, or it does not know. */
  public boolean isOpenByRecord() {
    return record.isUnreadable() || record.ending().status() == Status.UNKNOWN;
  }

  /** Whether it may yet be published. */
  public boolean isUndecided() {
    return fate == Fate.RUNNING || fate == Fate.UNKNOWN;
  }
}
