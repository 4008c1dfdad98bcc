package dev.nightjar.result;

import dev.nightjar.fault.Failpoint;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes away the files of attempts that no reader can ask for any more: of superseded ones, so long
 * after they were superseded that whoever reads them has ended; and of failed ones. Claims and run
 * records stay, so no token is ever given twice, and the current result is never touched. What a
 * run leaves that dies before it has claimed anything goes after a day.
 *
 * <p>Whether an attempt without a record is running or has died cannot be told from outside. It is
 * left alone for a day beyond the usual time; were it alive even then, it would find its files
 * missing and publish nothing.
 */
public final class Retention {
  /** How long an attempt may go without a record before it is taken for dead. */
  static final Duration LONGEST_RUN = Duration.ofDays(1);

  private final ResultStore store;
  private final Duration keep;
  private final Clock clock;

  /**
   * Keeps what was superseded or failed for so long.
   *
   * @param clock that the attempts' records were written by
   */
  public Retention(ResultStore store, Duration keep, Clock clock) {
    this.store = store;
    this.keep = keep;
    this.clock = clock;
  }

  /**
   * Collects in every interval, as {@link #collect(String)} does, and the files by which runs that
   * died at their very beginning had found out whether they can write.
   *
   * @return attempts, as {@code interval/token}, and names of such files
   * @throws ResultException when something cannot be taken away; other things may have been
   */
  public List<String> collect() {
    return Stream.concat(
            store.intervals().stream().flatMap(one -> collect(one).stream()),
            collectProbes().stream())
        .toList();
  }

  /** A probe lives for moments; after the longest run no clock is so wrong that it is alive. */
  private List<String> collectProbes() {
    Instant before = clock.instant().minus(LONGEST_RUN);
    List<String> collected = new ArrayList<>();
    try {
      for (String name : store.storage().list(Layout.CLAIMS)) {
        String file = Layout.CLAIMS + "/" + name;
        if (name.startsWith(Layout.PROBE)
            && store.storage().written(file).filter(at -> !at.isAfter(before)).isPresent()) {
          store.storage().delete(file);
          collected.add(name);
        }
      }
    } catch (IOException e) {
      throw new ResultException(
          "folder",
          Layout.CLAIMS,
          "holds files of runs that died, which cannot be taken away: " + e.getMessage(),
          "see the cause; nothing that readers see is affected",
          e);
    }
    return collected;
  }

  /**
   * Collects an interval's attempts.
   *
   * @return those whose files were taken away, as {@code interval/token}
   * @throws ResultException when one cannot be taken away; others may have been
   */
  public List<String> collect(String interval) {
    Optional<Manifest> current = store.current(interval);
    List<String> collected = new ArrayList<>();
    for (long token : store.attempts(interval).toList()) {
      boolean visible = current.isPresent() && current.get().token() == token;
      if (!visible && isOver(interval, token, current) && takeAway(interval, token)) {
        collected.add(interval + "/" + token);
      }
    }
    return collected;
  }

  private boolean isOver(String interval, long token, Optional<Manifest> current) {
    Optional<Instant> over =
        store
            .read(Layout.record(interval, token))
            .map(bytes -> RunRecordFormat.read(interval, token, bytes))
            .filter(record -> !record.isUnreadable())
            .map(RunRecord::ended)
            .or(() -> store.claimed(interval, token).map(at -> at.plus(LONGEST_RUN)));
    // A published result was of use until the next one came.
    Optional<Instant> superseded =
        current.filter(newer -> newer.token() > token).map(Manifest::created);
    Instant last = over.map(at -> superseded.filter(at::isBefore).orElse(at)).orElse(Instant.MAX);
    return last.isBefore(Instant.MAX) && !last.plus(keep).isAfter(clock.instant());
  }

  /** The manifest first: what has none is litter, whenever this is interrupted. */
  private boolean takeAway(String interval, long token) {
    String manifest = Layout.manifest(interval, token);
    String files = Layout.attempt(interval, token);
    try {
      boolean published = store.read(manifest).isPresent();
      if (!published && store.storage().list(files).isEmpty()) {
        return false;
      }
      store.storage().delete(manifest);
      Failpoint.GC_MID.hit();
      store.storage().delete(files);
      return true;
    } catch (IOException e) {
      throw new ResultException(
          "attempt",
          interval + "/" + token,
          "is superseded or failed and cannot be taken away: " + e.getMessage(),
          "see the cause; nothing that readers see is affected",
          e);
    }
  }
}
