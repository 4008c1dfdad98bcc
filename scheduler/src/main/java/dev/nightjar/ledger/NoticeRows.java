package dev.nightjar.ledger;

import dev.nightjar.ledger.Notice.Event;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** Notices as rows. They are written in the transaction that changes the slot. */
final class NoticeRows {
  private static final String TROUBLES =
      " from notice where job = :job and event in ('failed', 'refused') and seq > (select"
          + " coalesce(max(seq), 0) from notice where job = :job and event = 'recovered')";

  private NoticeRows() {}

  /** What the troubles of a job since it was last well come to. */
  private record Troubles(long newest, Notice.Trouble last) {}

  /**
   * Notes what a slot has come to, which stands in its row already, where that is for people to
   * know. The caller holds the lock of the job.
   */
  static void note(Handle handle, String job, String interval, SlotState state, Instant now) {
    switch (state) {
      case FAILED, UNKNOWN ->
          insert(handle, job, interval, Event.FAILED, Optional.empty(), now.toEpochMilli());
      case REFUSED ->
          insert(handle, job, interval, Event.REFUSED, Optional.empty(), now.toEpochMilli());
      case PUBLISHED -> noteRecovery(handle, job, interval, now);
      case DUE, RUNNING, SKIPPED, CANCELLED -> {
        // Goes on by itself, or is what a person or the job's file asked for.
      }
    }
  }

  /** An older interval that is published while a newer one has failed is no recovery. */
  private static void noteRecovery(Handle handle, String job, String interval, Instant now) {
    Optional<Troubles> troubles = troubles(handle, job);
    if (troubles.isEmpty()) {
      return;
    }
    long starts =
        handle
            .createQuery("select starts from slot where job = :job and span = :span")
            .bind("job", job)
            .bind("span", interval)
            .mapTo(Long.class)
            .one();
    if (starts >= troubles.get().newest()) {
      Optional<Notice.Trouble> last = Optional.of(troubles.get().last());
      insert(handle, job, interval, Event.RECOVERED, last, now.toEpochMilli());
    }
  }

  private static Optional<Troubles> troubles(Handle handle, String job) {
    return handle
        .createQuery(
            "select (select max(starts)"
                + TROUBLES
                + ") newest, (select min(at)"
                + TROUBLES
                + ") since, span, event"
                + TROUBLES
                + " order by seq desc limit 1")
        .bind("job", job)
        .map(
            (row, context) ->
                new Troubles(
                    row.getLong("newest"),
                    new Notice.Trouble(
                        row.getString("span"),
                        Event.of(row.getString("event")).orElseThrow(),
                        Instant.ofEpochMilli(row.getLong("since")))))
        .findOne();
  }

  private static void insert(
      Handle handle,
      String job,
      String interval,
      Event event,
      Optional<Notice.Trouble> trouble,
      long now) {
    // In the order of their numbers also by time, though the clocks of schedulers differ.
    long last =
        handle
            .createQuery("select coalesce(max(at), 0) from notice where job = :job")
            .bind("job", job)
            .mapTo(Long.class)
            .one();
    long at = Math.max(now, last);
    handle
        .createUpdate(
            "insert into notice (job, seq, span, starts, ends, event, state, cause, scheduled,"
                + " tries, fence, node, reason, at, token, trouble, troubled, since, fate, problem)"
                + " select job, (select coalesce(max(seq), 0) + 1 from notice where job = :job),"
                + " span, starts, ends, :event, state, cause, scheduled, tries, fence, node,"
                + " reason, :at, token, :trouble, :troubled, :since, 'open', '' from slot where job"
                + " = :job and span = :span")
        .bind("job", job)
        .bind("span", interval)
        .bind("event", event.word())
        .bind("at", at)
        .bind("trouble", trouble.map(Notice.Trouble::interval).orElse(null))
        .bind("troubled", trouble.map(one -> one.event().word()).orElse(null))
        .bind("since", trouble.map(one -> one.since().toEpochMilli()).orElse(at))
        .execute();
  }

  static Notice read(ResultSet row) throws SQLException {
    long token = row.getLong("token");
    OptionalLong published = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(token);
    String trouble = row.getString("trouble");
    return new Notice(
        row.getString("job"),
        row.getLong("seq"),
        row.getString("span"),
        Instant.ofEpochMilli(row.getLong("starts")),
        Instant.ofEpochMilli(row.getLong("ends")),
        Event.of(row.getString("event")).orElseThrow(),
        SlotState.of(row.getString("state")).orElseThrow(),
        Cause.of(row.getString("cause")).orElseThrow(),
        Instant.ofEpochMilli(row.getLong("scheduled")),
        row.getInt("tries"),
        row.getLong("fence"),
        Optional.ofNullable(row.getString("node")),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("at")),
        published,
        trouble == null
            ? Optional.empty()
            : Optional.of(
                new Notice.Trouble(
                    trouble,
                    Event.of(row.getString("troubled")).orElseThrow(),
                    Instant.ofEpochMilli(row.getLong("since")))));
  }
}
