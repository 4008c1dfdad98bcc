package dev.nightjar.ledger;

import dev.nightjar.ledger.LedgerException.Kind;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * What schedulers agree on. Every method is one transaction of its own on a connection of its own,
 * and throws {@link LedgerException} where the database does not answer; whether what was asked has
 * happened is then not known, and asking again is always right: each method says what a second call
 * does. Times are those of the caller's clock, which {@link #now} lets it compare. Thread-safe.
 */
public final class Ledger {
  private static final System.Logger LOG = System.getLogger(Ledger.class.getName());

  private static final String MINE =
      " where job = :job and span = :span and state = 'running' and node = :node and fence = :fence";

  /** A slot whose row somebody took away and that is made anew goes on where it was. */
  private static final String LAST_FENCE =
      "(select coalesce(max(fence), 0) from tried where job = :job and span = :span)";

  private final LedgerPlace place;
  private final SlotRows rows;
  private final Jdbi jdbi;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private Ledger(LedgerPlace place) {
    this.place = place;
    this.rows = new SlotRows(place);
    this.jdbi = Jdbi.create(new LedgerSource(place));
  }

  /** Opens a ledger, which is made where there is none, or brought up to date. */
  public static Ledger open(LedgerPlace place) {
    LedgerSchema.migrate(place);
    return new Ledger(place);
  }

  /** Where it lies. */
  public LedgerPlace place() {
    return place;
  }

  /**
   * The time by the database's clock, which all schedulers share; empty where it is this machine's
   * own.
   */
  public Optional<Instant> now() {
    if (place instanceof LedgerPlace.File) {
      return Optional.empty();
    }
    return Optional.of(
        ask(
            handle ->
                handle
                    .createQuery(
                        "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)")
                    .mapTo(Long.class)
                    .map(Instant::ofEpochMilli)
                    .one()));
  }

  /** Tells the others that a scheduler is there. A second call only moves the time. */
  public void seen(String node, Instant started, Instant now) {
    ask(
        handle ->
            handle
                .createUpdate(
                    "insert into node (name, started, seen) values (:name, :started, :seen)"
                        + " on conflict (name) do update set started = :started, seen = :seen")
                .bind("name", node)
                .bind("started", started.toEpochMilli())
                .bind("seen", now.toEpochMilli())
                .execute());
  }

  /** A scheduler that is there, or was. */
  public record Node(String name, Instant started, Instant seen) {}

  /** The schedulers that have ever been there, by name. */
  public List<Node> nodes() {
    return ask(
        handle ->
            handle
                .createQuery("select name, started, seen from node order by name")
                .map(
                    (row, context) ->
                        new Node(
                            row.getString(1),
                            Instant.ofEpochMilli(row.getLong(2)),
                            Instant.ofEpochMilli(row.getLong(3))))
                .list());
  }

  /** Up to which instant the firings of a job have become slots; empty for a job never seen. */
  public Optional<Instant> doneTo(String job) {
    return ask(
        handle ->
            handle
                .createQuery("select done_to from job where name = :job and done_to is not null")
                .bind("job", job)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
  }

  /**
   * Makes slots of a job's firings up to an instant, if nobody else has done so since {@code from}.
   * An interval that has a slot keeps it, whatever its state.
   *
   * @param from what {@link #doneTo} said
   * @return whether it was this call that did it; a second call is told no, and finds the slots
   *     there
   */
  public boolean advance(String job, Optional<Instant> from, Instant to, List<Slot> slots) {
    return ask(
        handle -> {
          handle
              .createUpdate("insert into job (name) values (:job) on conflict (name) do nothing")
              .bind("job", job)
              .execute();
          int moved =
              handle
                  .createUpdate(
                      "update job set done_to = :to where name = :job and "
                          + (from.isPresent() ? "done_to = :from" : "done_to is null"))
                  .bind("job", job)
                  .bind("from", from.map(Instant::toEpochMilli).orElse(0L))
                  .bind("to", to.toEpochMilli())
                  .execute();
          if (moved == 1) {
            slots.forEach(slot -> insert(handle, slot));
          }
          return moved == 1;
        });
  }

  static int insert(Handle handle, Slot slot) {
    return handle
        .createUpdate(
            "insert into slot (job, span, starts, ends, state, cause, scheduled, tries, notbefore,"
                + " fence, cancel, reason, since, token) values (:job, :span, :starts, :ends,"
                + " :state, :cause, :scheduled, 0, :notbefore, "
                + LAST_FENCE
                + ", 0, :reason, :since, :token) on conflict (job, span) do nothing")
        .bind("job", slot.job())
        .bind("span", slot.interval())
        .bind("starts", slot.start().toEpochMilli())
        .bind("ends", slot.end().toEpochMilli())
        .bind("state", slot.state().word())
        .bind("cause", slot.cause().word())
        .bind("scheduled", slot.scheduled().toEpochMilli())
        .bind("notbefore", slot.notBefore().toEpochMilli())
        .bind("reason", Reason.fitting(slot.reason()))
        .bind("since", slot.since().toEpochMilli())
        .bind("token", boxed(slot.token()))
        .execute();
  }

  /**
   * Makes a slot due that a person or a backfill asks for, also one that has come to an end.
   *
   * @return whether it is due by this call; not, when it is due or running already
   */
  public boolean request(Slot slot) {
    return ask(
        handle ->
            insert(handle, slot) == 1
                || handle
                        .createUpdate(
                            "update slot set state = 'due', cause = :cause, scheduled = :scheduled,"
                                + " tries = 0, notbefore = :notbefore, reason = '', since = :since"
                                + " where job = :job and span = :span and state not in ('due',"
                                + " 'running')")
                        .bind("job", slot.job())
                        .bind("span", slot.interval())
                        .bind("cause", slot.cause().word())
                        .bind("scheduled", slot.scheduled().toEpochMilli())
                        .bind("notbefore", slot.notBefore().toEpochMilli())
                        .bind("since", slot.since().toEpochMilli())
                        .execute()
                    == 1);
  }

  /**
   * What may be taken now: slots that are due, and those whose lease has ended without a word.
   * Those of paused jobs are left out. By cause, then by interval.
   *
   * @param margin by how much a lease must have ended, for the clocks of schedulers differ
   */
  public List<Slot> takeable(Instant now, Duration margin) {
    return sound(
        handle ->
            handle
                .createQuery(
                    "select slot.* from slot left join job on job.name = slot.job where job.paused"
                        + " is null and ((state = 'due' and notbefore <= :now) or (state ="
                        + " 'running' and leased < :over)) order by case cause when 'trigger' then"
                        + " 0 when 'schedule' then 1 when 'catch-up' then 2 else 3 end, starts,"
                        + " slot.job")
                .bind("now", now.toEpochMilli())
                .bind("over", now.minus(margin).toEpochMilli())
                .map((row, context) -> read(row))
                .list());
  }

  /**
   * Takes a slot, if nobody else has, its job is not paused and the job's share allows it. One
   * whose holder died before it heard that a person wants it cancelled ends by that instead.
   *
   * @param node who takes it
   * @param until when the lease ends unless it is renewed
   * @param most how many slots of the job may run at once
   * @param asked a name for this very call: asked again with the same, it gets the same lease
   */
  public Optional<Lease> take(
      Slot slot, String node, Instant now, Duration margin, Instant until, int most, UUID asked) {
    return ask(
        handle -> {
          lockJob(handle, slot.job());
          Optional<Lease> mine = leaseOf(handle, slot, asked);
          if (mine.isPresent()) {
            return mine;
          }
          endCancelled(handle, slot, now, margin);
          int taken =
              handle
                  .createUpdate(
                      "update slot set state = 'running', node = :node, fence = fence + 1, leased ="
                          + " :until, asked = :asked, tries = tries + 1, cancel = 0, since = :now"
                          + " where job = :job and span = :span and ((state = 'due' and notbefore"
                          + " <= :now) or (state = 'running' and leased < :over)) and (select"
                          + " count(*) from slot other where other.job = :job and other.span <>"
                          + " :span and other.state = 'running' and other.leased >= :over) < :most"
                          + " and not exists (select 1 from job where name = :job and paused is not"
                          + " null)")
                  .bind("node", node)
                  .bind("until", until.toEpochMilli())
                  .bind("asked", asked.toString())
                  .bind("now", now.toEpochMilli())
                  .bind("over", now.minus(margin).toEpochMilli())
                  .bind("most", most)
                  .bind("job", slot.job())
                  .bind("span", slot.interval())
                  .execute();
          if (taken == 0) {
            return Optional.empty();
          }
          Lease lease = leaseOf(handle, slot, asked).orElseThrow();
          handle
              .createUpdate(
                  "insert into tried (job, span, fence, node, started, reason) values (:job, :span,"
                      + " :fence, :node, :now, '')")
              .bind("job", slot.job())
              .bind("span", slot.interval())
              .bind("fence", lease.fence())
              .bind("node", node)
              .bind("now", now.toEpochMilli())
              .execute();
          return Optional.of(lease);
        });
  }

  private static void endCancelled(Handle handle, Slot slot, Instant now, Duration margin) {
    handle
        .createUpdate(
            "update slot set state = 'cancelled', cancel = 0, reason = :reason, since = :now where"
                + " job = :job and span = :span and state = 'running' and leased < :over and cancel"
                + " = 1")
        .bind("reason", "cancelled; its scheduler died before it heard of it")
        .bind("now", now.toEpochMilli())
        .bind("over", now.minus(margin).toEpochMilli())
        .bind("job", slot.job())
        .bind("span", slot.interval())
        .execute();
  }

  /** PostgreSQL would let two schedulers count the running slots of a job at once. */
  static void lockJob(Handle handle, String job) {
    handle
        .createUpdate(
            "insert into job (name) values (:job) on conflict (name) do update set name = :job")
        .bind("job", job)
        .execute();
  }

  private static Optional<Lease> leaseOf(Handle handle, Slot slot, UUID asked) {
    return handle
        .createQuery(
            "select node, fence, leased from slot where job = :job and span = :span and asked ="
                + " :asked and state = 'running'")
        .bind("job", slot.job())
        .bind("span", slot.interval())
        .bind("asked", asked.toString())
        .map(
            (row, context) ->
                new Lease(row.getString(1), row.getLong(2), Instant.ofEpochMilli(row.getLong(3))))
        .findOne();
  }

  /** Asks for a lease to go on until a later time. A second call renews it again. */
  public Renewal renew(Slot slot, Lease lease, Instant until) {
    return ask(
        handle -> {
          int renewed =
              handle
                  .createUpdate("update slot set leased = :until" + MINE)
                  .bind("until", until.toEpochMilli())
                  .bind("job", slot.job())
                  .bind("span", slot.interval())
                  .bind("node", lease.node())
                  .bind("fence", lease.fence())
                  .execute();
          if (renewed == 0) {
            return Renewal.LOST;
          }
          int cancel =
              handle
                  .createQuery("select cancel from slot where job = :job and span = :span")
                  .bind("job", slot.job())
                  .bind("span", slot.interval())
                  .mapTo(Integer.class)
                  .one();
          return cancel == 0 ? Renewal.RENEWED : Renewal.CANCEL_ASKED;
        });
  }

  /**
   * Says what became of a lease and gives it back. An ending without a token leaves the one that
   * the slot has: what was published before is not taken back by a run that fails.
   *
   * @return whether it was still the holder's; a second call is told no. What became of the run is
   *     kept either way
   */
  public boolean settle(Slot slot, Lease lease, Ending ending, Instant now) {
    return ask(
        handle -> {
          // Before the slot, as all do who need both.
          lockJob(handle, slot.job());
          handle
              .createUpdate(
                  "update tried set ended = :now, code = :code, reason = :reason where job = :job"
                      + " and span = :span and fence = :fence and ended is null")
              .bind("now", now.toEpochMilli())
              .bind("code", boxed(ending.exit()))
              .bind("reason", Reason.fitting(ending.reason()))
              .bind("job", slot.job())
              .bind("span", slot.interval())
              .bind("fence", lease.fence())
              .execute();
          boolean isTaken =
              handle
                      .createUpdate(
                          "update slot set state = :state, notbefore = :notbefore, reason = :reason,"
                              + " since = :now, token = coalesce(:token, token), cancel = 0"
                              + MINE)
                      .bind("state", ending.state().word())
                      .bind("notbefore", ending.notBefore().toEpochMilli())
                      .bind("reason", Reason.fitting(ending.reason()))
                      .bind("now", now.toEpochMilli())
                      .bind("token", boxed(ending.token()))
                      .bind("job", slot.job())
                      .bind("span", slot.interval())
                      .bind("node", lease.node())
                      .bind("fence", lease.fence())
                      .execute()
                  == 1;
          if (isTaken) {
            NoticeRows.note(handle, slot.job(), slot.interval(), ending.state(), now);
          }
          return isTaken;
        });
  }

  /**
   * Brings a slot that nobody works on to the state that the files tell. A second call changes
   * nothing more.
   *
   * @return whether it was changed; not, while somebody holds a lease on it, nor where it says so
   *     already
   */
  public boolean resolve(
      String job,
      String interval,
      SlotState state,
      OptionalLong token,
      String reason,
      Instant now) {
    return ask(
        handle -> {
          lockJob(handle, job);
          boolean isChanged =
              handle
                      .createUpdate(
                          "update slot set state = :state, token = :token, reason = :reason, since"
                              + " = :now, notbefore = :now where job = :job and span = :span and"
                              + " (state <> 'running' or leased < :now) and (state <> :state or"
                              + " coalesce(token, 0) <> coalesce(:token, 0))")
                      .bind("state", state.word())
                      .bind("token", boxed(token))
                      .bind("reason", Reason.fitting(reason))
                      .bind("now", now.toEpochMilli())
                      .bind("job", job)
                      .bind("span", interval)
                      .execute()
                  == 1;
          if (isChanged && state == SlotState.PUBLISHED) {
            NoticeRows.note(handle, job, interval, state, now);
          }
          return isChanged;
        });
  }

  /**
   * Puts a slot off that is due. A second call changes nothing more.
   *
   * @param reason why, in a sentence
   * @return whether it was still due
   */
  public boolean postpone(Slot slot, Instant until, String reason) {
    return ask(
        handle ->
            handle
                    .createUpdate(
                        "update slot set notbefore = :until, reason = :reason where job = :job and"
                            + " span = :span and state = 'due'")
                    .bind("until", until.toEpochMilli())
                    .bind("reason", Reason.fitting(reason))
                    .bind("job", slot.job())
                    .bind("span", slot.interval())
                    .execute()
                == 1);
  }

  /**
   * Ends a slot that is due and may not be run. A second call changes nothing more.
   *
   * @param reason why, in a sentence
   * @return whether it was still due
   */
  public boolean refuse(Slot slot, String reason, Instant now) {
    return ask(
        handle -> {
          lockJob(handle, slot.job());
          boolean isRefused =
              handle
                      .createUpdate(
                          "update slot set state = 'refused', reason = :reason, since = :now where"
                              + " job = :job and span = :span and state = 'due'")
                      .bind("reason", Reason.fitting(reason))
                      .bind("now", now.toEpochMilli())
                      .bind("job", slot.job())
                      .bind("span", slot.interval())
                      .execute()
                  == 1;
          if (isRefused) {
            NoticeRows.note(handle, slot.job(), slot.interval(), SlotState.REFUSED, now);
          }
          return isRefused;
        });
  }

  /** What a wish to cancel has come to. */
  public enum Cancelled {
    /** It had not begun, and will not. */
    AT_ONCE,
    /** Its holder will hear of it when it next renews its lease. */
    ASKED,
    /** It has come to an end already, or never was. */
    NOT_RUNNING
  }

  /** Wants a slot not to be done. A second call asks again. */
  public Cancelled cancel(String job, String interval, String reason, Instant now) {
    return ask(
        handle -> {
          int ended =
              handle
                  .createUpdate(
                      "update slot set state = 'cancelled', reason = :reason, since = :now where job"
                          + " = :job and span = :span and (state = 'due' or (state = 'running' and"
                          + " leased < :now))")
                  .bind("reason", Reason.fitting(reason))
                  .bind("now", now.toEpochMilli())
                  .bind("job", job)
                  .bind("span", interval)
                  .execute();
          if (ended == 1) {
            return Cancelled.AT_ONCE;
          }
          int asked =
              handle
                  .createUpdate(
                      "update slot set cancel = 1 where job = :job and span = :span and state ="
                          + " 'running'")
                  .bind("job", job)
                  .bind("span", interval)
                  .execute();
          return asked == 1 ? Cancelled.ASKED : Cancelled.NOT_RUNNING;
        });
  }

  /** Takes no slots of a job any more; what runs goes on. A second call changes nothing more. */
  public void pause(String job, String who, Instant now) {
    ask(
        handle ->
            handle
                .createUpdate(
                    "insert into job (name, paused, pausedby) values (:job, :now, :who) on conflict"
                        + " (name) do update set paused = coalesce(job.paused, :now), pausedby ="
                        + " coalesce(job.pausedby, :who)")
                .bind("job", job)
                .bind("now", now.toEpochMilli())
                .bind("who", who)
                .execute());
  }

  /** Takes slots of a job again. Whether it was paused. */
  public boolean resume(String job) {
    return ask(
        handle ->
            handle
                    .createUpdate(
                        "update job set paused = null, pausedby = null where name = :job and paused"
                            + " is not null")
                    .bind("job", job)
                    .execute()
                == 1);
  }

  /** The paused jobs. */
  public Set<String> paused() {
    return ask(
        handle ->
            new TreeSet<>(
                handle
                    .createQuery("select name from job where paused is not null")
                    .mapTo(String.class)
                    .list()));
  }

  /** The slot of an interval. */
  public Optional<Slot> slot(String job, String interval) {
    return ask(
        handle ->
            handle
                .createQuery("select * from slot where job = :job and span = :span")
                .bind("job", job)
                .bind("span", interval)
                .map((row, context) -> rows.slot(row))
                .findOne());
  }

  /** The slots of a job, the newest interval first. */
  public List<Slot> slots(String job, int most) {
    return sound(
        handle ->
            handle
                .createQuery(
                    "select * from slot where job = :job order by starts desc, span limit :most")
                .bind("job", job)
                .bind("most", most)
                .map((row, context) -> read(row))
                .list());
  }

  /** All slots that have not come to an end, by job and interval. */
  public List<Slot> open() {
    return sound(
        handle ->
            handle
                .createQuery(
                    "select * from slot where state in ('due', 'running') order by job, starts")
                .map((row, context) -> read(row))
                .list());
  }

  /** The runs that were started for a slot, the first one first. */
  public List<Try> tries(String job, String interval) {
    return ask(
        handle ->
            handle
                .createQuery("select * from tried where job = :job and span = :span order by fence")
                .bind("job", job)
                .bind("span", interval)
                .map((row, context) -> SlotRows.tried(row))
                .list());
  }

  /** Empty for a row that cannot be, which is told once. */
  Optional<Slot> read(ResultSet row) throws SQLException {
    try {
      return Optional.of(rows.slot(row));
    } catch (LedgerException e) {
      if (told.add(String.valueOf(e.getMessage()))) {
        LOG.log(Level.WARNING, e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** One row that cannot be does not keep a scheduler from all others. */
  private List<Slot> sound(Function<Handle, List<Optional<Slot>>> query) {
    return ask(query).stream().flatMap(Optional::stream).toList();
  }

  /** Does something in a transaction of its own. */
  <T> T ask(Function<Handle, T> work) {
    try {
      return Objects.requireNonNull(jdbi.inTransaction(work::apply));
    } catch (JdbiException e) {
      throw unreachable(e);
    }
  }

  private LedgerException unreachable(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    return new LedgerException(
        Kind.UNREACHABLE,
        place,
        "does not answer: " + String.valueOf(cause.getMessage()).lines().findFirst().orElse("?"),
        "check that the database runs and can be reached from here",
        e);
  }

  private static @Nullable Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }
}
