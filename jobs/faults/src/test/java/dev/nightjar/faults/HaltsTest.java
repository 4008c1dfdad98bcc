package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.Readings.Version;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole process of {@code nightjar run} dies at every failpoint, as by {@code kill -9}; the
 * next run of the interval puts everything right.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HaltsTest {
  /** In a run, the third file that only one may create is the manifest; see its cases. */
  private static final int MANIFEST = 3;

  /** One place of each part of a run: a task, the commit, a file half written, the record. */
  private static final EnumSet<Failpoint> ON_EVERY_BUILD =
      EnumSet.of(
          Failpoint.TASK_BATCH_SCORED,
          Failpoint.JOB_MID_COMMIT,
          Failpoint.CREATE_HALF_WRITTEN,
          Failpoint.RECORD_BEFORE);

  @TempDir static Path folder;

  private Readings readings;
  private Path old;

  @BeforeAll
  void publishOld() {
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
  }

  static EnumSet<Failpoint> onEveryBuild() {
    return ON_EVERY_BUILD;
  }

  static EnumSet<Failpoint> elsewhere() {
    EnumSet<Failpoint> others = EnumSet.complementOf(ON_EVERY_BUILD);
    // A run whose readers go by files never passes them: TableFailpoints strikes there.
    others.removeAll(EnumSet.of(Failpoint.SINK_BEFORE_COMMIT, Failpoint.SINK_AFTER_COMMIT));
    return others;
  }

  @ParameterizedTest
  @MethodSource("onEveryBuild")
  void a_killed_run_leaves_the_old_result_or_the_new_one_and_the_next_run_succeeds(Failpoint at) {
    kill(at);
  }

  /** {@link FailpointsTest} stops at these on every build, within its own process. */
  @Tag("cluster")
  @ParameterizedTest
  @MethodSource("elsewhere")
  void so_does_one_that_is_killed_at_any_other_place(Failpoint at) {
    kill(at);
  }

  private void kill(Failpoint at) {
    int nth = at == Failpoint.CREATE_HALF_WRITTEN ? MANIFEST : 1;
    String name = at.word() + "-halt";
    readings.write(name, Version.NEW, "out/" + name);
    Path struck = folder.resolve(name + ".struck");
    Broken broken = new Broken(readings, name);

    broken.go(
        old,
        () -> {
          Ended ended =
              ChildJvm.run(readings, name, ChildJvm.failpoint(at, nth, "halt", struck))
                  .run(folder.resolve(name + ".log"));
          assertThat(struck).as("the failpoint was reached: " + ended.output()).exists();
          assertThat(ended.exit()).as(ended.output()).isEqualTo(Failpoint.HALTED);
          return ended.exit();
        });
    Figures.report("failpoint-combinations", 1, Figures.Better.HIGHER);
    Figures.report("halts", 1, Figures.Better.HIGHER);
    Figures.struck(1);
  }
}
