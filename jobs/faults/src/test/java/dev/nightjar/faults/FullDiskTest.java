package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.ChildJvm.Running;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the results fills up while {@code nightjar run} writes to it, with the distribution's
 * logging: what a person sees is part of what is asked for.
 */
@Tag("cluster")
@TestInstance(Lifecycle.PER_CLASS)
class FullDiskTest {
  private static final int KILOBYTES = 1024;

  /** What any file takes that is not empty. */
  private static final int PAGE = 4096;

  private static final Duration REACHED = Duration.ofMinutes(2);

  @TempDir static Path folder;

  private Readings readings;
  private Path old;
  private TinyDisk disk;
  private PollingReader reader;
  private String name;
  private int cases;

  @BeforeAll
  void publishOld() {
    TinyDisk.at(folder.resolve("tried"), KILOBYTES).close(); // where it cannot be, all are skipped
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
  }

  @BeforeEach
  void mount() {
    name = "full-" + ++cases;
    disk = TinyDisk.at(readings.output(name), KILOBYTES);
    Readings.copy(old, output());
    readings.write(name, Version.NEW, "out/" + name);
    reader =
        new PollingReader(
            output(), Readings.DAY, true, Version.OLD.checker(), Version.NEW.checker());
  }

  @AfterEach
  void unmount() {
    reader.close();
    disk.close();
  }

  @Test
  void a_disk_that_is_full_before_a_run_is_told_at_once_and_nothing_is_left_behind() {
    Set<String> before = files();
    disk.leave(0);

    Ended ended = run().run(log());

    assertToldOnce(ended, "output path 'file:" + readings.output(name) + "' cannot be written");
    assertThat(files()).isEqualTo(before);
    assertOldIsWhole();
  }

  @Test
  void a_disk_that_fills_up_with_the_rows_is_told_and_the_attempts_files_are_gone() {
    disk.leave(3 * PAGE); // its claim takes one

    Ended ended = run().run(log());

    assertToldOnce(ended, "under file:" + readings.output(name) + "/data/" + Readings.DAY + "/2");
    assertOldIsWhole();
    assertThat(attempts()).as("attempts with files").containsExactly("1");
    thenTheNextRunPublishes();
  }

  @Test
  void a_disk_without_room_for_the_manifest_is_told_and_the_attempts_files_are_gone()
      throws IOException {
    Path struck = folder.resolve(name + ".struck");
    Running running =
        run(ChildJvm.failpoint(Failpoint.PUBLISH_BEFORE, 1, "pause", struck)).start(log());
    Await.until(
        "the run waits before its manifest",
        REACHED,
        () -> Files.exists(struck) || !running.process().isAlive());
    assertThat(attempts()).as("attempts with files").containsExactly("1", "2");
    disk.leave(0);
    Files.createFile(folder.resolve(name + ".struck.go"));

    Ended ended = running.await();

    assertToldOnce(ended, "_nightjar/published/" + Readings.DAY + "/2.json' cannot be written");
    assertOldIsWhole();
    assertThat(attempts()).as("attempts with files").containsExactly("1");
    assertThat(output().resolve("_nightjar/runs/" + Readings.DAY + "/2.json"))
        .as("the record, for which its files made room")
        .content()
        .contains("No space left on device");
    thenTheNextRunPublishes();
  }

  private ChildJvm run(String... options) {
    String logging =
        "-Dlog4j2.configurationFile="
            + Path.of(System.getProperty("nightjar.root"))
                .resolve("jobs/dist/src/main/dist/conf/log4j2.properties");
    List<String> all = Stream.concat(Stream.of(logging), Stream.of(options)).toList();
    return ChildJvm.run(readings, name, all.toArray(String[]::new)).startedBy(disk.entering());
  }

  private Path log() {
    return folder.resolve(name + ".log");
  }

  private Path output() {
    return disk.seenFromOutside();
  }

  private void assertToldOnce(Ended ended, String where) {
    Figures.report("full-disks", 1, Figures.Better.HIGHER);
    Figures.struck(1);
    Figures.atMost(0, "untruthful-exits", ended.exit() == 1 ? 0 : 1);
    assertThat(ended.exit()).as(ended.output()).isEqualTo(1);
    assertThat(ended.output().lines().filter(line -> line.contains("No space left")))
        .as(ended.output())
        .singleElement()
        .asString()
        .startsWith("nightjar: ")
        .contains(where)
        .contains("make room")
        .contains("run the interval again");
    assertThat(ended.output()).as("stack traces").doesNotContain("\tat ");
  }

  private void assertOldIsWhole() {
    assertThat(Version.OLD.checker().check(Broken.read(output()).orElseThrow().rows()))
        .isEqualTo(new Verdict(0, 0, 0, 0));
    assertThat(reader.violations()).as(name).isEmpty();
  }

  private void thenTheNextRunPublishes() {
    disk.empty();
    Ended ended = run().run(folder.resolve(name + ".again.log"));
    assertThat(ended.exit()).as(ended.output()).isZero();
    Verdict verdict = Version.NEW.checker().check(Broken.read(output()).orElseThrow().rows());
    Broken.count(verdict, reader);
    assertThat(verdict.isRight()).as(name + ": " + verdict).isTrue();
    assertThat(reader.violations()).as(name).isEmpty();
  }

  /** The attempts that have a folder with files. */
  private Set<String> attempts() {
    Set<String> tokens = new TreeSet<>();
    for (String file : files()) {
      if (file.startsWith("data/" + Readings.DAY + "/")) {
        tokens.add(file.split("/", -1)[2]);
      }
    }
    return tokens;
  }

  private Set<String> files() {
    try (Stream<Path> walk = Files.walk(output())) {
      Set<String> files = new TreeSet<>();
      walk.filter(Files::isRegularFile)
          .map(file -> output().relativize(file).toString())
          .filter(file -> !file.equals(TinyDisk.BALLAST))
          .forEach(files::add);
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
