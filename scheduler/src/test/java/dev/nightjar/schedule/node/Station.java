package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Slot;
import dev.nightjar.schedule.Gate;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.Schedule.CatchUp;
import dev.nightjar.schedule.Schedule.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A project with a real ledger, whose jobs, results and time the test holds in its hands. */
final class Station implements JobSource, ResultIndex, GateKeeper {
  static final ZoneId UTC = ZoneId.of("UTC");

  /** Each day at 4:30. */
  static final String AT_4_30 = "0 30 4 * * ?";

  final MovedClock clock = new MovedClock("2024-03-05T12:00:00Z");
  final TestRuns runs = new TestRuns();
  final List<String> said = new CopyOnWriteArrayList<>();
  final Map<String, JobFile> files = new ConcurrentSkipListMap<>();
  final Map<String, Long> published = new ConcurrentHashMap<>();
  final Ledger ledger;
  Optional<String> unreadable = Optional.empty();
  Optional<String> unlisted = Optional.empty();
  volatile boolean isOdd;

  /** What is there of what jobs wait for, as messages say it. */
  final Set<String> there = ConcurrentHashMap.newKeySet();

  Optional<String> hidden = Optional.empty();

  Station(Ledger ledger) {
    this.ledger = ledger;
  }

  /** On a ledger that is emptied first: to make one takes longer than most tests. */
  static Station emptying(Ledger ledger) throws SQLException {
    String file = ledger.place().shown();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String table : List.of("slot", "tried", "job", "node", "notice", "receiver")) {
        statement.execute("delete from " + table);
      }
      connection.commit();
    }
    return new Station(ledger);
  }

  static Ledger ledger(Path file) {
    return Ledger.open(new LedgerPlace.File(file));
  }

  /** A node of that name, in the hands of the test. */
  Node node(String name) {
    return node(name, 1);
  }

  Node node(String name, int most) {
    return new Node(
        NodeSettings.usual(name, most),
        ledger,
        new Node.Tools(this, runs, this, this, new NoTimer(), Runnable::run, clock, said::add));
  }

  /** The test wakes nodes itself. */
  private static final class NoTimer implements Timer {
    @Override
    public void set(Collection<JobFile.Sound> jobs, Runnable wake) {}

    @Override
    public void close() {}
  }

  Station daily(String job) {
    return daily(job, CatchUp.ALL, Runs.DEFAULT);
  }

  Station daily(String job, CatchUp catchUp, Runs how) {
    files.put(
        job,
        new JobFile.Sound(
            job, "a1", Grain.DAY, UTC, Optional.of(new Schedule(AT_4_30, UTC, catchUp, how))));
    return this;
  }

  /** The job's file is written anew. */
  void changes(String job, String version) {
    JobFile.Sound old = (JobFile.Sound) files.get(job);
    files.put(job, new JobFile.Sound(job, version, old.grain(), old.zone(), old.schedule()));
  }

  /** Asks for a day, as a person or a backfill does. */
  boolean asks(String job, String day, Cause cause) {
    Interval interval = Interval.parse(day, Grain.DAY, UTC);
    return ledger.request(
        Slot.due(job, day, interval.start(), interval.end(), cause, clock.instant()));
  }

  void publishes(String job, String interval, long token) {
    published.put(job + " " + interval, token);
  }

  Slot slot(String job, String interval) {
    return ledger.slot(job, interval).orElseThrow();
  }

  /** Moves the clock and has a node go round. */
  void at(String time, Node... nodes) {
    clock.to(time);
    for (Node node : nodes) {
      node.turn();
    }
  }

  /** The same, second by second, as nodes do. */
  void until(String time, Node... nodes) {
    Instant end = Instant.parse(time);
    while (clock.instant().isBefore(end)) {
      clock.by(Duration.ofSeconds(1));
      for (Node node : nodes) {
        node.turn();
      }
    }
  }

  @Override
  public List<JobFile> read() throws IOException {
    if (isOdd) {
      throw new IllegalStateException("odd");
    }
    if (unlisted.isPresent()) {
      throw new IOException(unlisted.get());
    }
    return new ArrayList<>(files.values());
  }

  /** A daily job that waits. */
  Station waiting(String job, Gate gate, Duration atMost) {
    files.put(
        job,
        new JobFile.Sound(
            job,
            "a1",
            Grain.DAY,
            UTC,
            Optional.of(
                new Schedule(
                    AT_4_30,
                    UTC,
                    CatchUp.ALL,
                    Runs.DEFAULT,
                    new Schedule.Readiness(List.of(gate), atMost)))));
    return this;
  }

  @Override
  public Optional<String> missing(String job, Interval interval, Gate gate) throws IOException {
    if (hidden.isPresent()) {
      throw new IOException(hidden.get());
    }
    String shown = gate.shown(interval);
    return there.contains(shown) ? Optional.empty() : Optional.of(shown + " is not there");
  }

  @Override
  public OptionalLong published(String job, Interval interval) throws IOException {
    if (unreadable.isPresent()) {
      throw new IOException(unreadable.get());
    }
    Long token = published.get(job + " " + interval.id());
    return token == null ? OptionalLong.empty() : OptionalLong.of(token);
  }
}
