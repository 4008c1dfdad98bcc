package dev.nightjar.faults.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.Await;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Figures.Better;
import dev.nightjar.faults.Signal;
import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.faults.check.ScheduleChecker;
import dev.nightjar.faults.check.ScheduleChecker.Verdict;
import dev.nightjar.faults.cluster.Folders;
import dev.nightjar.faults.schedule.Schedulers.Held;
import dev.nightjar.faults.schedule.Schedulers.Node;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two schedulers on one PostgreSQL score the hours of a job that were missed, one job a trial,
 * while a fault that is drawn strikes. Afterwards a checker that knows nothing of ours looks
 * whether each hour was published once. A failure prints the course; {@code --seed} repeats it.
 */
@Tag("cluster")
class ScheduleFaultsTest {
  private static final int TRIALS = 30;
  private static final int HOURS = 3;
  private static final int ROWS = 40;
  private static final int MINUTES_PAST = 5;

  /** A run that failed is tried again after 30 s, and the machine may be slow. */
  private static final Duration MOST = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHxx").withZone(ZoneOffset.UTC);

  /** What strikes. */
  private enum Fault {
    /** The scheduler that works on a slot is killed. */
    KILL_SCHEDULER,
    /** So are its runs, at the same moment. */
    KILL_SCHEDULER_AND_RUNS,
    /** It stands still for longer than its lease, and wakes. */
    PAUSE_SCHEDULER,
    /** It stands still, its runs too: a machine that was suspended. */
    PAUSE_MACHINE,
    KILL_RUN,
    STOP_DATABASE_FOR_SECONDS,
    STOP_DATABASE_FOR_LONGER_THAN_A_LEASE,
    /** Answers of commits never arrive, one after the other. */
    LOSE_COMMITS,
    CUT_CONNECTIONS,
    END_SCHEDULER,
    KILL_ALL,
    /** A scheduler whose clock is 30 s fast is there, too. */
    WRONG_CLOCK
  }

  /** Made anew, and left there for who wants to know what schedulers and runs have said. */
  private static final Path FOLDER = Path.of("target", "schedule").toAbsolutePath();

  private final List<String> course = new ArrayList<>();
  private TestProject project;
  private Schedulers schedulers;
  private double slowest;

  @Test
  void each_hour_is_published_once_whatever_becomes_of_schedulers_and_database()
      throws IOException {
    Random random = new Random(Figures.seed());
    course.add("repeat with --tier cluster --only schedule --seed " + Figures.seed());
    project = project();
    Path dist = Path.of(System.getProperty("nightjar.dist"));
    int trials = Figures.trials(TRIALS);
    List<Fault> drawn = drawn(trials, random);
    Path last = FOLDER;
    try (Schedulers all = new Schedulers(dist, project.path("."), FOLDER)) {
      schedulers = all;
      all.start("a");
      all.start("b");
      for (int trial = 0; trial < trials; trial++) {
        last = trial("trial-" + trial, drawn.get(trial), random);
      }
    }
    Figures.atMost(15, "failover-max-seconds", slowest);
    Figures.report("schedule-trials", trials, Better.HIGHER);
    theCheckerFindsWhatIsWrong(last);
  }

  /** Each kind as often as any other, in an order that is drawn. */
  private static List<Fault> drawn(int trials, Random random) {
    List<Fault> drawn = new ArrayList<>();
    while (drawn.size() < trials) {
      List<Fault> round = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(round, random);
      drawn.addAll(round);
    }
    return drawn.subList(0, trials);
  }

  private Path trial(String job, Fault fault, Random random) throws IOException {
    Instant begun = Instant.now();
    Instant from = begun.minus(HOURS, ChronoUnit.HOURS);
    schedulers.noticed(job, from);
    project.write("conf/jobs/" + job + ".yaml", job(job));
    Await.until(at(job, "a run begins"), MOST, () -> !schedulers.held(job).isEmpty());
    sleep(Duration.ofMillis(random.nextInt(6_000)));
    course.add(job + ": " + fault);
    strike(job, fault, random);
    Await.until(at(job, "all hours are done"), MOST, () -> isDone(job, from));
    Instant ended = Instant.now();
    // What is noticed at the very end belongs to no trial: the job is taken away first.
    Files.delete(project.path("conf/jobs/" + job + ".yaml"));
    Await.until(at(job, "nothing runs"), MOST, () -> schedulers.held(job).isEmpty());
    Path output = project.path("out/" + job);
    List<String> asked = asked(job, from, ended);
    Verdict verdict =
        new ScheduleChecker(output, ScheduleFaultsTest::fates).check(asked, schedulers.states(job));
    Figures.atMost(0, "intervals-published-twice", verdict.twice().size());
    Figures.atMost(0, "intervals-never-published", verdict.never().size());
    Figures.atMost(0, "intervals-wrong", verdict.wrong().size());
    Figures.struck(1);
    course.add(job + ": " + asked.size() + " hours in " + seconds(begun) + " s: " + verdict);
    System.err.println(course.get(course.size() - 1));
    assertThat(verdict.isRight()).as(String.join("\n", course)).isTrue();
    return output;
  }

  /** A firing within the trial's last seconds may have become a slot or not. */
  private List<String> asked(String job, Instant from, Instant ended) {
    List<String> asked = new ArrayList<>(ScheduleChecker.hours(from, ended, MINUTES_PAST));
    schedulers.states(job).keySet().stream()
        .filter(hour -> !asked.contains(hour))
        .filter(ScheduleChecker.hours(from, Instant.now(), MINUTES_PAST)::contains)
        .forEach(asked::add);
    return asked;
  }

  private boolean isDone(String job, Instant from) {
    Map<String, String> states = schedulers.states(job);
    return ScheduleChecker.hours(from, Instant.now(), MINUTES_PAST).stream()
        .allMatch(hour -> "published".equals(states.get(hour)));
  }

  private void strike(String job, Fault fault, Random random) {
    switch (fault) {
      case KILL_SCHEDULER -> fail(job, node -> schedulers.kill(node), this::startAgain);
      case KILL_SCHEDULER_AND_RUNS ->
          fail(
              job,
              node -> {
                List<ProcessHandle> runs = Schedulers.runs(node);
                schedulers.kill(node);
                runs.forEach(ProcessHandle::destroyForcibly);
              },
              this::startAgain);
      case PAUSE_SCHEDULER ->
          fail(
              job,
              node -> Signal.STOP.to(node.process().pid()),
              node -> Signal.CONT.to(node.process().pid()));
      case PAUSE_MACHINE -> pauseMachine(job);
      case KILL_RUN -> Schedulers.runs(holder(job)).forEach(ProcessHandle::destroyForcibly);
      case STOP_DATABASE_FOR_SECONDS ->
          stopDatabase(Duration.ofMillis(500 + random.nextInt(4_000)));
      case STOP_DATABASE_FOR_LONGER_THAN_A_LEASE -> stopDatabase(Duration.ofSeconds(16));
      case LOSE_COMMITS -> loseCommits(random);
      case CUT_CONNECTIONS -> cut(holder(job), Duration.ofMillis(random.nextInt(15_000)));
      case END_SCHEDULER -> {
        Node node = holder(job);
        assertThat(schedulers.end(node)).as("exit of a scheduler that was asked to end").isZero();
        schedulers.start(node.name());
      }
      case KILL_ALL -> {
        List<Node> all = schedulers.nodes();
        all.forEach(schedulers::kill);
        all.forEach(node -> schedulers.start(node.name()));
      }
      case WRONG_CLOCK -> wrongClock(job);
    }
  }

  private void wrongClock(String job) {
    Node wrong = schedulers.start("c", "-Dnightjar.test.clock-offset=PT30S");
    schedulers.kill(schedulers.node("b"));
    Await.until(
        at(job, "it says that its clock is wrong"), MOST, () -> wrong.said().contains("clock"));
    Instant from = Instant.now().minus(HOURS, ChronoUnit.HOURS);
    Await.until(
        at(job, "all hours are done"), MOST, () -> isDone(job, from.plus(1, ChronoUnit.MINUTES)));
    assertThat(schedulers.runners(job)).as("who has run anything").doesNotContain("c");
    schedulers.kill(wrong);
    schedulers.start("b");
  }

  private void pauseMachine(String job) {
    List<ProcessHandle> paused = new ArrayList<>();
    fail(
        job,
        node -> {
          paused.addAll(Schedulers.runs(node));
          Signal.STOP.to(node.process().pid());
          paused.forEach(run -> Signal.STOP.to(run.pid()));
        },
        node -> {
          paused.forEach(run -> Signal.CONT.to(run.pid()));
          Signal.CONT.to(node.process().pid());
        });
  }

  private void stopDatabase(Duration time) {
    schedulers.stopDatabase();
    sleep(time);
    schedulers.startDatabase();
  }

  private void loseCommits(Random random) {
    for (int i = 0; i < 4; i++) {
      schedulers.nodes().forEach(node -> node.wire().loseCommitAfter(random.nextInt(3)));
      sleep(Duration.ofMillis(1_000 + random.nextInt(2_000)));
    }
  }

  private static void cut(Node node, Duration time) {
    node.wire().cut();
    sleep(time);
    node.wire().mend();
  }

  private void startAgain(Node node) {
    schedulers.start(node.name());
  }

  /** Does something to a scheduler, and measures until another one has taken over its slot. */
  private void fail(String job, Consumer<Node> how, Consumer<Node> mend) {
    Optional<Held> held = schedulers.held(job).stream().findFirst();
    if (held.isEmpty()) {
      // Between two runs: whoever comes first, nothing is taken over.
      Node node = schedulers.nodes().get(0);
      how.accept(node);
      sleep(Duration.ofSeconds(2));
      mend.accept(node);
      return;
    }
    Node node = schedulers.node(held.get().node());
    long begun = System.nanoTime();
    how.accept(node);
    // The run may have been about to end, and the slot be done.
    Await.until(
        at(job, "somebody follows " + held.get()),
        MOST,
        () ->
            isOver(job, held.get())
                || schedulers.states(job).get(held.get().interval()).equals("published"));
    if (isOver(job, held.get())) {
      double took = (System.nanoTime() - begun) / 1e9;
      course.add(job + ": followed after " + String.format(Locale.ROOT, "%.1f s", took));
      slowest = Math.max(slowest, took);
      Figures.report("failovers", 1, Better.HIGHER);
    }
    mend.accept(node);
  }

  private boolean isOver(String job, Held held) {
    return schedulers
        .slot(job, held.interval())
        .filter(now -> now.fence() > held.fence())
        .isPresent();
  }

  /** The scheduler that works on a slot of the job; any one between two runs. */
  private Node holder(String job) {
    return schedulers.held(job).stream()
        .map(held -> schedulers.node(held.node()))
        .findFirst()
        .orElseGet(() -> schedulers.nodes().get(0));
  }

  /** Each of the faults that it looks for, made by hand in the files of the last trial. */
  private static void theCheckerFindsWhatIsWrong(Path output) throws IOException {
    Path published = output.resolve("_nightjar/published");
    List<String> hours;
    try (Stream<Path> all = Files.list(published)) {
      hours = all.map(path -> path.getFileName().toString()).sorted().toList();
    }
    Map<String, String> told = new LinkedHashMap<>();
    hours.forEach(hour -> told.put(hour, "published"));
    ScheduleChecker checker = new ScheduleChecker(output, ScheduleFaultsTest::fates);
    assertThat(checker.check(hours, told).isRight()).isTrue();
    String hour = hours.get(0);

    assertThat(checker.check(hours.subList(1, hours.size()), told).wrong()).hasSize(1);
    assertThat(checker.check(List.of("2001-01-01T00+0000"), Map.of()).never()).hasSize(1);
    assertThat(checker.check(hours, Map.of()).wrong()).hasSize(hours.size());
    assertThat(
            new ScheduleChecker(output, other -> fates("2001-01-01T00+0000"))
                .check(hours, told)
                .wrong())
        .hasSize(hours.size());
    try (Stream<Path> manifests = Files.list(published.resolve(hour))) {
      Path manifest = manifests.findFirst().orElseThrow();
      Files.copy(manifest, manifest.resolveSibling("99.json"), StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(checker.check(hours, told).twice()).containsExactly(hour);
  }

  private static TestProject project() {
    Folders.delete(FOLDER);
    TestProject project = TestProject.in(FOLDER.resolve("project"));
    project.write(
        "conf/project.yaml",
        """
        ledger:
          url: jdbc:postgresql://localhost:${env:LEDGER_PORT}/postgres
          user: postgres
        """);
    StringBuilder csv = new StringBuilder("id,at,x,colour,station\n");
    Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    for (int hour = -48; hour < 12; hour++) {
      Instant at = now.plus(hour, ChronoUnit.HOURS);
      for (int i = 0; i < ROWS; i++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%s-%d,%s,%d,red,z%n",
                HOUR.format(at),
                i,
                at.plusSeconds(60L * i),
                x(HOUR.format(at), i)));
      }
    }
    project.write("data/readings.csv", csv.toString());
    project.path("conf/jobs/readings.yaml").toFile().delete();
    return project;
  }

  private static int x(String hour, int i) {
    return (hour.charAt(12) + 7 * i) % 90;
  }

  /** One neuron, worked out here: no station z has reported any temperature. */
  private static Map<String, Fate> fates(String hour) {
    Map<String, Fate> fates = new LinkedHashMap<>();
    for (int i = 0; i < ROWS; i++) {
      double sum = 0.01 * x(hour, i) + 0.5 + 0.02 * 11.5 - 0.3;
      fates.put(hour + "-" + i, Fate.scored(1 / (1 + Math.exp(-sum))));
    }
    return fates;
  }

  private static String job(String name) {
    return TestProject.JOB
            .replace("job: readings", "job: " + name)
            .replace("interval: 1d", "interval: 1h")
            .replace("path: out/readings", "path: out/" + name)
        + """
        schedule:
          cron: "0 %d * * * ?"
          parallel: 2
        """
            .formatted(MINUTES_PAST);
  }

  private String at(String job, String what) {
    return job + ": " + what + "\n" + String.join("\n", course) + "\nlogs in " + FOLDER;
  }

  private static long seconds(Instant since) {
    return Duration.between(since, Instant.now()).toSeconds();
  }

  /** The moment of a fault, not something that is waited for. */
  private static void sleep(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Math.min(LOOK.toNanos(), end - System.nanoTime()));
    }
  }
}
