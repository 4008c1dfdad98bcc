package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.ChildJvm.Running;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.run.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of {@code nightjar run} score one interval at the same time. */
@Tag("cluster")
@TestInstance(Lifecycle.PER_CLASS)
class TwoRunsTest {
  private static final Duration REACHED = Duration.ofMinutes(2);

  @TempDir static Path folder;

  private Readings readings;
  private Path old;
  private String name;
  private int cases;
  private PollingReader reader;

  @BeforeAll
  void publishOld() {
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
  }

  @BeforeEach
  void begin() {
    name = "two-" + ++cases;
    readings.copyOutput(old, name);
    readings.write(name, Version.NEW, "out/" + name);
    reader =
        new PollingReader(
            readings.output(name),
            Readings.DAY,
            true,
            Version.OLD.checker(),
            Version.NEW.checker());
  }

  @AfterEach
  void end() {
    reader.close();
  }

  @Test
  void of_two_processes_at_once_the_one_that_claimed_last_publishes_and_the_other_names_it()
      throws IOException {
    Running one = start("one", Failpoint.RUN_CLAIMED);
    Running other = start("other", Failpoint.RUN_CLAIMED);
    awaitPaused("one", one);
    awaitPaused("other", other); // both have claimed, and neither has done anything else
    go("one");
    go("other");

    List<Ended> ended = List.of(one.await(), other.await());

    assertOnePublished(
        ended, "attempt 3 has (published a newer result|claimed the interval since)");
  }

  @Test
  void a_process_that_stood_still_before_its_manifest_finds_the_newer_result_and_leaves_it()
      throws IOException {
    Running late = start("late", Failpoint.PUBLISH_BEFORE);
    awaitPaused("late", late);
    Ended beside = ChildJvm.run(readings, name).run(folder.resolve(name + ".beside.log"));
    go("late");

    assertOnePublished(
        List.of(late.await(), beside), "attempt 3 has published a newer result, which stands");
    assertThat(beside.exit()).as(beside.output()).isZero();
  }

  private Running start(String which, Failpoint at) {
    return ChildJvm.run(readings, name, ChildJvm.failpoint(at, 1, "pause", struck(which)))
        .start(folder.resolve(name + "." + which + ".log"));
  }

  private Path struck(String which) {
    return folder.resolve(name + "." + which);
  }

  private void awaitPaused(String which, Running running) {
    Await.until(
        which + " waits",
        REACHED,
        () -> Files.exists(struck(which)) || !running.process().isAlive());
    assertThat(running.process().isAlive()).as("under way; see " + running.log()).isTrue();
  }

  private void go(String which) throws IOException {
    Files.createFile(folder.resolve(struck(which).getFileName() + ".go"));
  }

  private void assertOnePublished(List<Ended> ended, String said) {
    String all = ended.toString();
    assertThat(ended)
        .as(all)
        .extracting(Ended::exit)
        .containsExactlyInAnyOrder(ExitCode.PUBLISHED.code(), ExitCode.SUPERSEDED.code());
    assertThat(ended)
        .filteredOn(one -> one.exit() == ExitCode.SUPERSEDED.code())
        .singleElement()
        .extracting(Ended::output)
        .asString()
        .containsPattern("superseded: " + said);
    assertThat(Broken.read(readings.output(name)).orElseThrow().token()).isEqualTo(3);
    Verdict verdict =
        Version.NEW.checker().check(Broken.read(readings.output(name)).orElseThrow().rows());
    Figures.report("processes-at-once", 2, Figures.Better.HIGHER);
    Figures.struck(1);
    Broken.count(verdict, reader);
    assertThat(verdict.isRight()).as(name + ": " + verdict).isTrue();
    assertThat(reader.violations()).as(name).isEmpty();
  }
}
