package dev.nightjar.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/**
 * What people are to be told of, until they have been. A notice is written in the transaction in
 * which its slot comes to an end, so none is lost and none doubled; whoever delivers one holds a
 * lease on its receiver. Each method is a transaction of its own and says what a second call does;
 * each throws {@link LedgerException} where the database does not answer. Thread-safe.
 */
public final class Notices {
  private static final String OF_PARCEL = " where parcel = :parcel and fate = 'open'";

  private final Ledger ledger;

  public Notices(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The jobs of which something is to be delivered, by name. */
  public List<String> jobs() {
    return ledger.ask(
        handle ->
            handle
                .createQuery("select distinct job from notice where fate = 'open' order by job")
                .mapTo(String.class)
                .list());
  }

  /** Nobody asks for what is open of a job. A second call changes nothing more. */
  public void unasked(String job, Instant now) {
    ask(
        handle ->
            handle
                .createUpdate(
                    "update notice set fate = 'unasked', fated = :now where job = :job and fate ="
                        + " 'open'")
                .bind("now", now.toEpochMilli())
                .bind("job", job)
                .execute());
  }

  /**
   * Who delivers.
   *
   * @param node the scheduler
   * @param now the time
   * @param until when its lease ends
   * @param margin by how much another's lease must have ended
   */
  public record Carrier(String node, Instant now, Instant until, Duration margin) {}

  /**
   * Takes what is to be delivered next to a receiver, unless another scheduler is at it, or it is
   * too early. What was taken before and has not been delivered comes again, with the same key. A
   * second call by the same node gets the same.
   *
   * @param jobs those whose notices go to this receiver
   * @param isAsked which of them; all others are done with
   * @param most how many go together
   */
  public Optional<Parcel> take(
      String receiver, List<String> jobs, Predicate<Notice> isAsked, Carrier carrier, int most) {
    return ledger.ask(
        handle -> {
          handle
              .createUpdate(
                  "insert into receiver (name, notbefore, failures, problem) values (:name, 0, 0,"
                      + " '') on conflict (name) do nothing")
              .bind("name", receiver)
              .execute();
          int leased =
              handle
                  .createUpdate(
                      "update receiver set node = :node, leased = :until where name = :name and"
                          + " notbefore <= :now and (leased is null or leased < :over or node ="
                          + " :node)")
                  .bind("node", carrier.node())
                  .bind("until", carrier.until().toEpochMilli())
                  .bind("now", carrier.now().toEpochMilli())
                  .bind("over", carrier.now().minus(carrier.margin()).toEpochMilli())
                  .bind("name", receiver)
                  .execute();
          if (leased == 0) {
            return Optional.empty();
          }
          Optional<String> key = begun(handle, receiver, jobs);
          if (key.isEmpty()) {
            key = begin(handle, receiver, jobs, isAsked, carrier.now(), most);
          }
          if (key.isEmpty()) {
            handle
                .createUpdate("update receiver set leased = null where name = :name")
                .bind("name", receiver)
                .execute();
          }
          return key.map(one -> parcel(handle, receiver, one));
        });
  }

  private static Optional<String> begun(Handle handle, String receiver, List<String> jobs) {
    return handle
        .createQuery(
            "select parcel from notice where fate = 'open' and receiver = :receiver and parcel is"
                + " not null and job in (<jobs>) order by at, job, seq limit 1")
        .bind("receiver", receiver)
        .bindList("jobs", jobs)
        .mapTo(String.class)
        .findOne();
  }

  private static Optional<String> begin(
      Handle handle,
      String receiver,
      List<String> jobs,
      Predicate<Notice> isAsked,
      Instant now,
      int most) {
    List<Notice> open =
        handle
            .createQuery(
                "select * from notice where fate = 'open' and job in (<jobs>) order by at, job, seq"
                    + " limit :most")
            .bindList("jobs", jobs)
            .bind("most", most)
            .map((row, context) -> NoticeRows.read(row))
            .list();
    List<Notice> asked = open.stream().filter(isAsked).toList();
    for (Notice notice : open) {
      if (!isAsked.test(notice)) {
        handle
            .createUpdate(
                "update notice set fate = 'unasked', fated = :now where job = :job and seq = :seq")
            .bind("now", now.toEpochMilli())
            .bind("job", notice.job())
            .bind("seq", notice.number())
            .execute();
      }
    }
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    String first = asked.get(0).key();
    String key = asked.size() == 1 ? first : "several/" + first + "/" + asked.size();
    for (Notice notice : asked) {
      handle
          .createUpdate(
              "update notice set receiver = :receiver, parcel = :parcel where job = :job and seq ="
                  + " :seq")
          .bind("receiver", receiver)
          .bind("parcel", key)
          .bind("job", notice.job())
          .bind("seq", notice.number())
          .execute();
    }
    return Optional.of(key);
  }

  private static Parcel parcel(Handle handle, String receiver, String key) {
    List<Notice> notices =
        handle
            .createQuery("select * from notice" + OF_PARCEL + " order by at, job, seq")
            .bind("parcel", key)
            .map((row, context) -> NoticeRows.read(row))
            .list();
    int failures =
        handle
            .createQuery("select failures from receiver where name = :name")
            .bind("name", receiver)
            .mapTo(Integer.class)
            .one();
    return new Parcel(key, receiver, notices, failures);
  }

  /** It has arrived. A second call changes nothing more. */
  public void delivered(Parcel parcel, Carrier carrier, Instant next) {
    ask(
        handle -> {
          fate(handle, parcel, "delivered", "", carrier.now());
          release(handle, parcel, carrier, next, 0, "");
          return 0;
        });
  }

  /** The receiver does not want it, and would not later on. A second call changes nothing more. */
  public void refused(Parcel parcel, String problem, Carrier carrier, Instant next) {
    ask(
        handle -> {
          fate(handle, parcel, "refused", problem, carrier.now());
          release(handle, parcel, carrier, next, 0, problem);
          return 0;
        });
  }

  /**
   * It has not arrived, and is to be delivered again later. A second call changes nothing more.
   *
   * @param next when
   * @param tooOld what happened before is given up
   * @return how many were given up
   */
  public int failed(Parcel parcel, String problem, Carrier carrier, Instant next, Instant tooOld) {
    return ledger.ask(
        handle -> {
          release(handle, parcel, carrier, next, parcel.failures() + 1, problem);
          return handle
              .createUpdate(
                  "update notice set fate = 'given-up', fated = :now, problem = :problem"
                      + OF_PARCEL
                      + " and at < :old")
              .bind("now", carrier.now().toEpochMilli())
              .bind("problem", Reason.fitting(problem))
              .bind("parcel", parcel.key())
              .bind("old", tooOld.toEpochMilli())
              .execute();
        });
  }

  private static void fate(Handle handle, Parcel parcel, String fate, String problem, Instant now) {
    handle
        .createUpdate(
            "update notice set fate = :fate, fated = :now, problem = :problem" + OF_PARCEL)
        .bind("fate", fate)
        .bind("now", now.toEpochMilli())
        .bind("problem", Reason.fitting(problem))
        .bind("parcel", parcel.key())
        .execute();
  }

  private static void release(
      Handle handle, Parcel parcel, Carrier carrier, Instant next, int failures, String problem) {
    handle
        .createUpdate(
            "update receiver set leased = null, notbefore = :next, failures = :failures, problem ="
                + " :problem where name = :name and node = :node and leased is not null")
        .bind("next", next.toEpochMilli())
        .bind("failures", failures)
        .bind("problem", Reason.fitting(problem))
        .bind("name", parcel.receiver())
        .bind("node", carrier.node())
        .execute();
  }

  /**
   * How it stands with a receiver.
   *
   * @param name of the receiver; empty for what no scheduler has looked at so far
   * @param open notices that are to be delivered
   * @param oldest of them, when it happened
   * @param failures deliveries that have failed since the last that did not
   * @param problem of the last; empty when there was none
   * @param next when it is tried again
   */
  public record Waiting(
      String name, int open, Instant oldest, int failures, String problem, Instant next) {}

  /** Whom something is to be delivered to, by name. */
  public List<Waiting> waiting() {
    return ledger.ask(
        handle ->
            handle
                .createQuery(
                    "select coalesce(notice.receiver, '') name, count(*) open, min(notice.at)"
                        + " oldest, coalesce(max(receiver.failures), 0) failures,"
                        + " coalesce(max(receiver.problem), '') problem,"
                        + " coalesce(max(receiver.notbefore), 0) next from notice left join"
                        + " receiver on receiver.name = notice.receiver where notice.fate = 'open'"
                        + " group by coalesce(notice.receiver, '') order by 1")
                .map(
                    (row, context) ->
                        new Waiting(
                            row.getString("name"),
                            row.getInt("open"),
                            Instant.ofEpochMilli(row.getLong("oldest")),
                            row.getInt("failures"),
                            row.getString("problem"),
                            Instant.ofEpochMilli(row.getLong("next"))))
                .list());
  }

  /**
   * A notice that has never arrived.
   *
   * @param receiver who did not get it
   * @param fate {@code refused} or {@code given-up}
   * @param at when it was given up
   */
  public record Lost(Notice notice, String receiver, String fate, String problem, Instant at) {}

  /** What has never arrived and was given up since a time, the newest first. */
  public List<Lost> lost(Instant since, int most) {
    return ledger.ask(
        handle ->
            handle
                .createQuery(
                    "select * from notice where fate in ('refused', 'given-up') and fated >= :since"
                        + " order by fated desc, job, seq desc limit :most")
                .bind("since", since.toEpochMilli())
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Lost(
                            NoticeRows.read(row),
                            row.getString("receiver"),
                            row.getString("fate"),
                            row.getString("problem"),
                            Instant.ofEpochMilli(row.getLong("fated"))))
                .list());
  }

  /**
   * Takes away what happened before a time and is done with, but for troubles that have not ended.
   * A second call finds nothing more.
   */
  public int prune(Instant before) {
    return ledger.ask(
        handle ->
            handle
                .createUpdate(
                    "delete from notice where fate <> 'open' and seq <= (select max(well.seq) from"
                        + " notice well where well.job = notice.job and well.event = 'recovered'"
                        + " and well.at < :before)")
                .bind("before", before.toEpochMilli())
                .execute());
  }

  private void ask(java.util.function.ToIntFunction<Handle> work) {
    ledger.ask(work::applyAsInt);
  }
}
