package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same faults on a plain Spark job, before the same reader and the same checker. They must find
 * what is known to be there: were they to find nothing, their zeros for Nightjar would be worth
 * nothing. The figures are only reported.
 */
@TestInstance(Lifecycle.PER_CLASS)
class BaselineTest {
  private static final Duration READ_AGAIN = Duration.ofSeconds(30);
  private static final PlainJob.OnRow NOTHING = id -> id;
  private static final String LAST = "r" + (Readings.ROWS - 1);

  @TempDir static Path folder;

  private Path output;
  private PollingReader reader;

  @BeforeAll
  static void project() {
    Readings.in(folder);
  }

  @BeforeEach
  void publishOld(TestInfo test) {
    output = folder.resolve("plain/" + test.getTestMethod().orElseThrow().getName());
    run(Version.OLD, SaveMode.Overwrite, NOTHING);
    assertThat(Version.OLD.checker().check(rows()).isRight()).as("the plain job is right").isTrue();
    Path watched = output;
    reader =
        new PollingReader(
            () -> PublishedResult.ofFolder(watched),
            true,
            Version.OLD.checker(),
            Version.NEW.checker());
  }

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void a_plain_overwrite_that_throws_in_mid_write_has_lost_the_old_result() {
    assertThatThrownBy(
            () ->
                run(
                    Version.NEW,
                    SaveMode.Overwrite,
                    id -> {
                      if (id.equals(LAST)) {
                        throw new Failpoint.Injected("in mid write");
                      }
                      return id;
                    }))
        .hasStackTraceContaining("in mid write");

    assertNothingIsLeft();
  }

  @Test
  void a_plain_overwrite_that_throws_at_its_commit_has_lost_the_old_result() {
    String key = SQLConf.FILE_COMMIT_PROTOCOL_CLASS().key();
    Broken.spark().conf().set(key, PlainJob.FailingCommit.class.getName());
    try {
      assertThatThrownBy(() -> run(Version.NEW, SaveMode.Overwrite, NOTHING))
          .hasStackTraceContaining("at the commit");
    } finally {
      Broken.spark().conf().unset(key);
    }

    assertNothingIsLeft();
  }

  @Test
  @Tag("cluster") // a process of its own, which the fast tier has no time for
  void a_plain_overwrite_that_is_halted_in_mid_write_has_lost_the_old_result() {
    Ended ended =
        ChildJvm.of(
                PlainJob.class.getName(),
                List.of(),
                folder.toString(),
                Version.NEW.name(),
                output.toString())
            .run(folder.resolve("halt.log"));
    assertThat(ended.exit()).as(ended.output()).isEqualTo(Failpoint.HALTED);

    assertNothingIsLeft();
  }

  @Test
  void readers_of_a_plain_overwrite_that_goes_well_see_neither_the_old_result_nor_the_new_one()
      throws IOException {
    Path reached = folder.resolve("reached");
    Path go = folder.resolve("go");
    String[] files = {reached.toString(), go.toString()};
    Thread write =
        new Thread(
            () ->
                run(
                    Version.NEW,
                    SaveMode.Overwrite,
                    id -> {
                      if (id.equals(LAST)) {
                        Files.createFile(Path.of(files[0]));
                        Await.until("go", READ_AGAIN, () -> Files.exists(Path.of(files[1])));
                      }
                      return id;
                    }),
            "the plain overwrite");
    write.start();
    Await.until("the overwrite is under way", READ_AGAIN, () -> Files.exists(reached));
    long reads = reader.reads();
    Await.until("the reader reads again", READ_AGAIN, () -> reader.reads() > reads + 1);
    Files.createFile(go);
    join(write);

    assertThat(Version.NEW.checker().check(rows()).isRight()).as("in the end").isTrue();
    count(new Verdict(0, 0, 0, 0));
    assertThat(reader.violations()).isNotEmpty();
  }

  @Test
  void a_plain_append_that_is_run_again_has_every_row_twice() {
    // Of the interval's partition, which was empty: as an appending job finds it.
    output = folder.resolve("plain/append");
    for (int i = 0; i < 2; i++) {
      run(Version.NEW, SaveMode.Append, NOTHING);
    }
    Verdict verdict = Version.NEW.checker().check(rows());
    Figures.report("baseline-faults", 1, Figures.Better.HIGHER);
    Figures.report("baseline-rows-duplicated", (double) verdict.duplicated(), Figures.Better.LOWER);

    assertThat(verdict).isEqualTo(new Verdict(0, Readings.ROWS, 0, 0));
  }

  /** After the fault and before anybody runs again. */
  private void assertNothingIsLeft() {
    Verdict verdict = Version.OLD.checker().check(rows());
    count(verdict);
    assertThat(verdict.lost()).as("rows that readers miss").isEqualTo(Readings.ROWS);
    assertThat(reader.violations()).isNotEmpty();
    run(Version.NEW, SaveMode.Overwrite, NOTHING);
    assertThat(Version.NEW.checker().check(rows()).isRight()).as("after the next run").isTrue();
  }

  private void count(Verdict verdict) {
    Figures.report("baseline-faults", 1, Figures.Better.HIGHER);
    Figures.report(
        "baseline-old-or-new-violations", reader.violations().size(), Figures.Better.LOWER);
    Figures.report("baseline-rows-lost", (double) verdict.lost(), Figures.Better.LOWER);
  }

  private void run(Version version, SaveMode mode, PlainJob.OnRow onRow) {
    PlainJob.run(Broken.spark(), folder, version, output, mode, onRow);
  }

  private List<Map<String, Object>> rows() {
    try {
      return PublishedResult.ofFolder(output).map(PublishedResult::rows).orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
