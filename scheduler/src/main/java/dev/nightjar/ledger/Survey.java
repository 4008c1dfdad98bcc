package dev.nightjar.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What people look up of many slots at once. Each method is one query, however many jobs there are,
 * and reads no more than it is asked for: there may be years of slots. Throws as {@link Ledger}
 * does. Thread-safe.
 */
public final class Survey {
  private final Ledger ledger;

  /** Of a ledger. */
  public Survey(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * A paused job.
   *
   * @param by who has paused it
   */
  public record Paused(String job, Instant since, String by) {}

  /** The paused jobs, by name. */
  public Map<String, Paused> paused() {
    Map<String, Paused> paused = new TreeMap<>();
    ledger
        .ask(
            handle ->
                handle
                    .createQuery("select name, paused, pausedby from job where paused is not null")
                    .map((row, context) -> pausedIn(row))
                    .list())
        .forEach(one -> paused.put(one.job(), one));
    return paused;
  }

  private static Paused pausedIn(ResultSet row) throws SQLException {
    String by = row.getString(3);
    return new Paused(
        row.getString(1), Instant.ofEpochMilli(row.getLong(2)), by == null ? "?" : by);
  }

  /** Of each job the slot of the newest interval that has come to an end, but for skipped ones. */
  public Map<String, Slot> newestEnded() {
    Map<String, Slot> newest = new TreeMap<>();
    // Backwards along the primary key: as good as one row for each job.
    slots(
            "select slot.* from job join slot on slot.job = job.name where slot.span = (select"
                + " other.span from slot other where other.job = job.name and other.state not in"
                + " ('due', 'running', 'skipped') order by other.span desc limit 1)",
            Map.of())
        .forEach(slot -> newest.put(slot.job(), slot));
    return newest;
  }

  /** The slots of which nothing was published, those of the latest end first. */
  public List<Slot> troubled(int most) {
    return slots(
        "select * from slot where state in ('failed', 'refused', 'unknown') order by since desc,"
            + " job, span limit :most",
        Map.of("most", most));
  }

  /** The slots that run, then those that are due, the ones that may be taken first first. */
  public List<Slot> open(int most) {
    return slots(
        "select * from slot where state in ('due', 'running') order by case state when 'running'"
            + " then 0 else 1 end, notbefore, starts, job limit :most",
        Map.of("most", most));
  }

  /** How many slots of each job are in a state that somebody may have to look at. */
  public Map<String, Map<SlotState, Long>> counts() {
    Map<String, Map<SlotState, Long>> counts = new TreeMap<>();
    ledger
        .ask(
            handle ->
                handle
                    .createQuery(
                        "select job, state, count(*) from slot where state in ('due', 'running',"
                            + " 'failed', 'refused', 'unknown') group by job, state")
                    .map(
                        (row, context) ->
                            new Count(row.getString(1), row.getString(2), row.getLong(3)))
                    .list())
        .forEach(
            count ->
                SlotState.of(count.state())
                    .ifPresent(
                        state ->
                            counts
                                .computeIfAbsent(count.job(), any -> new TreeMap<>())
                                .put(state, count.slots())));
    return counts;
  }

  private record Count(String job, String state, long slots) {}

  /** Of each job that has ever published, the end of the newest interval that is published. */
  public Map<String, Instant> publishedTo() {
    Map<String, Instant> ends = new LinkedHashMap<>();
    ledger
        .ask(
            handle ->
                handle
                    .createQuery(
                        "select job.name, (select slot.ends from slot where slot.job = job.name and"
                            + " slot.token is not null order by slot.span desc limit 1) from job")
                    .map((row, context) -> new End(row.getString(1), row.getLong(2), row.wasNull()))
                    .list())
        .stream()
        .filter(end -> !end.isNone())
        .forEach(end -> ends.put(end.job(), Instant.ofEpochMilli(end.millis())));
    return ends;
  }

  private record End(String job, long millis, boolean isNone) {}

  /** The slots of a job whose intervals start between two instants, the first one first. */
  public List<Slot> between(String job, Instant from, Instant to) {
    return slots(
        "select * from slot where job = :job and starts >= :from and starts < :to order by starts",
        Map.of("job", job, "from", from.toEpochMilli(), "to", to.toEpochMilli()));
  }

  /** Where the oldest interval of a job that has a slot starts; empty for none. */
  public Optional<Instant> first(String job) {
    return slots("select * from slot where job = :job order by span limit 1", Map.of("job", job))
        .stream()
        .map(Slot::start)
        .findFirst();
  }

  /** A run that was started for an interval. */
  public record Started(String interval, Try run) {}

  /** The runs that were started for a job, those of the newest interval first. */
  public List<Started> started(String job, int most) {
    return ledger.ask(
        handle ->
            handle
                .createQuery(
                    "select * from tried where job = :job order by span desc, fence desc limit"
                        + " :most")
                .bind("job", job)
                .bind("most", most)
                .map((row, context) -> new Started(row.getString("span"), SlotRows.tried(row)))
                .list());
  }

  private List<Slot> slots(String query, Map<String, ?> values) {
    return ledger
        .ask(
            handle ->
                handle
                    .createQuery(query)
                    .bindMap(values)
                    .map((row, context) -> ledger.read(row))
                    .list())
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }
}
