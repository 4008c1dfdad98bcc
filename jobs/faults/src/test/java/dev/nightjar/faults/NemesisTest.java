package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.ChildJvm.Running;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import dev.nightjar.run.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of {@code nightjar run} over one output path, round after round, and in each round a
 * fault by chance. What is drawn depends on the seed alone; when a process is killed at a moment,
 * and not at a place, the moment is a share of the time that a run takes here.
 */
@Tag("soak")
class NemesisTest {
  private static final Duration REACHED = Duration.ofMinutes(2);

  /** Files that only one may create, of a run: the probe, the claim, the manifest, the record. */
  private static final int CREATED = 4;

  private static final int COLLECT_EVERY = 3;

  private enum Kind {
    HALT,
    THROW,
    THROW_AFTER,
    /** It waits at a place and goes on when another process begins. */
    BESIDE,
    /** It waits at a place, and is stopped by a signal until another process has ended. */
    STOP,
    /** It is killed at any moment. */
    KILL
  }

  /** What is drawn for a round; not everything of it is used by every kind. */
  private record Fault(Kind kind, Failpoint at, int nth, double moment, boolean collect) {
    static Fault drawn(Random random) {
      Kind kind = oneOf(List.of(Kind.values()), random);
      Failpoint at = oneOf(List.of(Failpoint.values()), random);
      int nth = 1 + random.nextInt(CREATED);
      return new Fault(
          kind,
          at,
          at == Failpoint.CREATE_HALF_WRITTEN ? nth : 1,
          random.nextDouble(),
          random.nextInt(COLLECT_EVERY) == 0);
    }

    private static <T> T oneOf(List<T> all, Random random) {
      return all.get(random.nextInt(all.size()));
    }
  }

  /** A process that has ended. */
  private record Done(long pid, Version version, Ended ended) {
    int exit() {
      return ended.exit();
    }

    /** Whether its result may be visible: it says so, or says that it does not know, or is dead. */
    boolean mayHavePublished() {
      return exit() == 0 || exit() == ExitCode.UNKNOWN.code() || exit() == Failpoint.HALTED;
    }
  }

  @TempDir static Path folder;

  private final List<String> course = new ArrayList<>();
  private final Map<Long, Version> versions = new HashMap<>();
  private Readings readings;
  private Path output;
  private Duration aRun = Duration.ZERO;
  private int processes;
  private int struck;

  @Test
  void whatever_happens_by_chance_readers_see_the_old_result_or_the_new_one() {
    long seed = Figures.seed();
    int rounds = Figures.trials(20);
    course.add("repeat with --tier soak --trials " + rounds + " --seed " + seed);
    Random random = new Random(seed);
    readings = Readings.in(folder);
    output = readings.output("nemesis");
    for (Version version : Version.values()) {
      readings.write(job(version), version, "out/nemesis");
    }
    long began = System.nanoTime();
    publish(Version.OLD);
    aRun = Duration.ofNanos(System.nanoTime() - began);

    PollingReader reader =
        new PollingReader(output, Readings.DAY, true, Version.OLD.checker(), Version.NEW.checker());
    try (reader) {
      for (int round = 1; round <= rounds; round++) {
        round(round, Fault.drawn(random));
        assertThat(reader.seen()).as(story()).isEmpty();
      }
      publish(Version.NEW);
    }
    Verdict verdict = Version.NEW.checker().check(visible().rows());
    Figures.report("nemesis-rounds", rounds, Figures.Better.HIGHER);
    Figures.report("nemesis-struck", struck, Figures.Better.HIGHER);
    Figures.struck(struck);
    Broken.count(verdict, reader);
    assertThat(verdict).as(story()).matches(Verdict::isRight, "right");
    assertThat(reader.violations()).as(story()).isEmpty();
  }

  private void round(int round, Fault fault) {
    PublishedResult before = visible();
    Version next = versions.get(before.token()) == Version.OLD ? Version.NEW : Version.OLD;
    course.add(round + ": " + fault);
    Path mark = folder.resolve("round-" + round);
    List<Done> done =
        switch (fault.kind()) {
          case HALT, THROW, THROW_AFTER -> {
            String action = fault.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            yield List.of(await(start(next, option(fault, action, mark)), next));
          }
          case BESIDE, STOP -> beside(fault, mark, next);
          case KILL -> List.of(kill(fault, mark, next));
        };
    if (Files.exists(mark)) {
      struck++;
    }
    done.forEach(
        one -> course.add("   " + one.version() + ", pid " + one.pid() + ": exit " + one.exit()));
    assertTruthful(before, done);
    if (fault.collect()) {
      Ended collected =
          ChildJvm.nightjar(
                  List.of(), "runs", job(next), "--collect", "--project", folder.toString())
              .run(folder.resolve("collect-" + round + ".log"));
      assertThat(collected.exit()).as(collected.output() + story()).isZero();
    }
  }

  private Done kill(Fault fault, Path mark, Version next) {
    Running running = start(next);
    Duration moment = Duration.ofMillis((long) (aRun.toMillis() * fault.moment()));
    if (!Await.comes(moment, () -> !running.process().isAlive())) {
      running.process().destroyForcibly();
      write(mark);
    }
    return await(running, next);
  }

  private List<Done> beside(Fault fault, Path mark, Version next) {
    Running first = start(next, option(fault, "pause", mark));
    Await.until(
        "a process waits at " + fault.at() + story(),
        REACHED,
        () -> Files.exists(mark) || !first.process().isAlive());
    boolean stopped = fault.kind() == Kind.STOP && first.process().isAlive();
    if (stopped) {
      Signal.STOP.to(first.process().pid());
    }
    write(mark.resolveSibling(mark.getFileName() + ".go"));
    Version other = next == Version.OLD ? Version.NEW : Version.OLD;
    Done second;
    try {
      second = await(start(other), other);
    } finally {
      if (stopped) {
        Signal.CONT.to(first.process().pid());
      }
    }
    return List.of(await(first, next), second);
  }

  private void assertTruthful(PublishedResult before, List<Done> done) {
    PublishedResult now = visible();
    long highest = before.token();
    List<Long> allowed = new ArrayList<>(List.of(before.token()));
    for (Done one : done) {
      assertThat(one.exit()).as(one.ended().output() + story()).isIn(0, 1, 4, 5, Failpoint.HALTED);
      long token = tokenOf(one.pid());
      versions.put(token, one.version());
      if (one.mayHavePublished()) {
        allowed.add(token);
      }
      if (one.exit() == 0) {
        highest = Math.max(highest, token);
      }
    }
    course.add("   visible: attempt " + now.token());
    boolean truthful = now.token() >= highest && allowed.contains(now.token());
    Figures.atMost(0, "untruthful-exits", truthful ? 0 : 1);
    assertThat(truthful).as(done + story()).isTrue();
    Verdict verdict = versions.get(now.token()).checker().check(now.rows());
    assertThat(verdict).as(story()).matches(Verdict::isRight, "right");
  }

  /** The token that a process has claimed; 0 when it has not come so far. */
  private long tokenOf(long pid) {
    try (Stream<Path> claims = Files.list(output.resolve("_nightjar/claims/" + Readings.DAY))) {
      for (Path claim : claims.toList()) {
        if (Files.readString(claim).contains("pid " + pid + " of ")) {
          return Long.parseLong(claim.getFileName().toString());
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publish(Version version) {
    Done done = await(start(version), version);
    assertThat(done.exit()).as(done.ended().output() + story()).isZero();
    versions.put(tokenOf(done.pid()), version);
  }

  private Running start(Version version, String... options) {
    return ChildJvm.run(readings, job(version), options)
        .start(folder.resolve("process-" + ++processes + ".log"));
  }

  private static Done await(Running running, Version version) {
    return new Done(running.process().pid(), version, running.await());
  }

  private static String option(Fault fault, String action, Path mark) {
    return ChildJvm.failpoint(fault.at(), fault.nth(), action, mark);
  }

  /** Jobs of this name keep nothing, so that every run collects under its readers. */
  private static String job(Version version) {
    return "gc.nemesis-" + version.name().toLowerCase(Locale.ROOT);
  }

  private PublishedResult visible() {
    return Broken.read(output).orElseThrow(() -> new AssertionError("no result" + story()));
  }

  private static void write(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String story() {
    return "\n" + String.join("\n", course) + "\n";
  }
}
