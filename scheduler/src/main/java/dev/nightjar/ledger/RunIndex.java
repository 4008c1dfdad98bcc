package dev.nightjar.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The attempts of all jobs in one place, for people, as the files under the output paths tell of
 * them. It is written from the files and never the other way, and slots follow it: what is
 * published is published, whatever a ledger has missed or lost. Throws as {@link Ledger} does.
 * Thread-safe.
 */
public final class RunIndex {
  private final Ledger ledger;

  /** The index in a ledger. */
  public RunIndex(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * What a reconciliation has changed.
   *
   * @param attempts how many of the index were added, changed or taken away
   * @param slots that came to another state, or whose published token is another one now
   */
  public record Reconciled(int attempts, List<Moved> slots) {
    public Reconciled {
      slots = List.copyOf(slots);
    }
  }

  /**
   * A slot that the files have moved.
   *
   * @param interval the interval's id
   * @param from its state before; empty when there was no slot
   * @param to its state now
   * @param token that readers see; empty for none
   */
  public record Moved(
      String interval, Optional<SlotState> from, SlotState to, OptionalLong token) {}

  /**
   * Brings index and slots of a job to what its files tell. A second call with the same changes
   * nothing more.
   *
   * <p>A slot moves when the files show a result that the ledger did not know of: then it is
   * published, unless it waits to be done or somebody holds a lease on it, whose business it is. A
   * result that the ledger knew of moves nothing: that a later run of the interval has failed stays
   * said. One whose outcome nobody knew has failed when nothing of it can be published any more. An
   * interval that has a result and no slot gets one, so a ledger that was lost comes back.
   */
  public Reconciled reconcile(FiledRuns files, Instant now) {
    return ledger.ask(
        handle -> {
          Ledger.lockJob(handle, files.job());
          int attempts = bringAttempts(handle, files);
          return new Reconciled(attempts, bringSlots(handle, files, now));
        });
  }

  /** The attempts of a job, those of the newest interval first, and of an interval the last. */
  public List<IndexedRun> runs(String job, int most) {
    return ledger.ask(
        handle ->
            handle
                .createQuery(
                    "select * from run where job = :job order by span desc, token desc limit :most")
                .bind("job", job)
                .bind("most", most)
                .map((row, context) -> run(row))
                .list());
  }

  private record Key(String interval, long token) {
    static Key of(IndexedRun run) {
      return new Key(run.interval(), run.token());
    }
  }

  private static int bringAttempts(Handle handle, FiledRuns files) {
    Map<Key, IndexedRun> there = new HashMap<>();
    handle
        .createQuery("select * from run where job = :job")
        .bind("job", files.job())
        .map((row, context) -> run(row))
        .forEach(run -> there.put(Key.of(run), run));
    List<IndexedRun> changed =
        files.attempts().stream().filter(run -> !run.equals(there.get(Key.of(run)))).toList();
    write(handle, files.job(), changed);
    Set<Key> gone = new HashSet<>(there.keySet());
    files.attempts().forEach(run -> gone.remove(Key.of(run)));
    for (Key key : gone) {
      handle
          .createUpdate("delete from run where job = :job and span = :span and token = :token")
          .bind("job", files.job())
          .bind("span", key.interval())
          .bind("token", key.token())
          .execute();
    }
    return changed.size() + gone.size();
  }

  private static void write(Handle handle, String job, List<IndexedRun> runs) {
    if (runs.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "insert into run (job, span, token, status, visible, started, ended, rows_in, scored,"
                + " filtered, rejected, reason) values (:job, :span, :token, :status, :visible,"
                + " :started, :ended, :rows_in, :scored, :filtered, :rejected, :reason) on conflict"
                + " (job, span, token) do update set status = :status, visible = :visible, started"
                + " = :started, ended = :ended, rows_in = :rows_in, scored = :scored, filtered ="
                + " :filtered, rejected = :rejected, reason = :reason");
    for (IndexedRun run : runs) {
      batch
          .bind("job", job)
          .bind("span", run.interval())
          .bind("token", run.token())
          .bind("status", run.status())
          .bind("visible", run.isVisible() ? 1 : 0)
          .bind("started", run.started().toEpochMilli())
          .bind("ended", run.ended().toEpochMilli())
          .bind("rows_in", run.read())
          .bind("scored", run.scored())
          .bind("filtered", run.filtered())
          .bind("rejected", run.rejected())
          .bind("reason", run.reason())
          .add();
    }
    batch.execute();
  }

  private List<Moved> bringSlots(Handle handle, FiledRuns files, Instant now) {
    Map<String, Slot> slots = new HashMap<>();
    handle
        .createQuery("select * from slot where job = :job")
        .bind("job", files.job())
        .map((row, context) -> ledger.read(row))
        .forEach(found -> found.ifPresent(slot -> slots.put(slot.interval(), slot)));
    List<Moved> moved = new ArrayList<>();
    for (FiledRuns.Result result : files.results()) {
      Optional<Slot> slot = Optional.ofNullable(slots.get(result.interval()));
      if (slot.isPresent()
          ? publish(handle, slot.get(), result, now)
          : Ledger.insert(handle, found(files.job(), result)) == 1) {
        slots.remove(result.interval());
        moved.add(
            new Moved(
                result.interval(),
                slot.map(Slot::state),
                SlotState.PUBLISHED,
                OptionalLong.of(result.token())));
      }
    }
    for (Slot slot : slots.values()) {
      if (slot.state() == SlotState.UNKNOWN
          && !files.undecided().contains(slot.interval())
          && fail(handle, slot, now)) {
        moved.add(
            new Moved(slot.interval(), Optional.of(slot.state()), SlotState.FAILED, slot.token()));
      }
    }
    return moved;
  }

  private static boolean publish(Handle handle, Slot slot, FiledRuns.Result result, Instant now) {
    if (result.token() <= slot.token().orElse(0)) {
      return false;
    }
    boolean isMoved =
        handle
                .createUpdate(
                    "update slot set state = 'published', token = :token, reason = :reason, since ="
                        + " :since where job = :job and span = :span and state <> 'due' and (state <>"
                        + " 'running' or leased < :now) and coalesce(token, 0) < :token")
                .bind("token", result.token())
                .bind("reason", "attempt " + result.token() + " is published, as the files show")
                .bind("since", result.published().toEpochMilli())
                .bind("job", slot.job())
                .bind("span", slot.interval())
                .bind("now", now.toEpochMilli())
                .execute()
            == 1;
    if (isMoved) {
      NoticeRows.note(handle, slot.job(), slot.interval(), SlotState.PUBLISHED, now);
    }
    return isMoved;
  }

  private static boolean fail(Handle handle, Slot slot, Instant now) {
    return handle
            .createUpdate(
                "update slot set state = 'failed', reason = :reason, since = :now where job = :job"
                    + " and span = :span and state = 'unknown'")
            .bind("reason", "nothing of it was published, as the files show")
            .bind("now", now.toEpochMilli())
            .bind("job", slot.job())
            .bind("span", slot.interval())
            .execute()
        == 1;
  }

  private static Slot found(String job, FiledRuns.Result result) {
    return new Slot(
        job,
        result.interval(),
        result.start(),
        result.end(),
        SlotState.PUBLISHED,
        Cause.FOUND,
        result.published(),
        0,
        result.published(),
        Optional.empty(),
        "found published as attempt " + result.token(),
        result.published(),
        OptionalLong.of(result.token()));
  }

  private static IndexedRun run(ResultSet row) throws SQLException {
    return new IndexedRun(
        row.getString("span"),
        row.getLong("token"),
        row.getString("status"),
        row.getInt("visible") != 0,
        Instant.ofEpochMilli(row.getLong("started")),
        Instant.ofEpochMilli(row.getLong("ended")),
        row.getLong("rows_in"),
        row.getLong("scored"),
        row.getLong("filtered"),
        row.getLong("rejected"),
        row.getString("reason"));
  }
}
