package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Readings.Version;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A run is broken at every failpoint: it throws there, the step behind it is done and then fails,
 * or a second run of the interval goes all the way while it stands there.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FailpointsTest {
  /** Those that {@link TableFailpoints} strike. */
  private static final String OF_TABLES = "SINK_.*";

  @TempDir static Path folder;

  private final Set<Failpoint> struck = ConcurrentHashMap.newKeySet();
  private Readings readings;
  private Path old;

  @BeforeAll
  void publishOld() {
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
  }

  @AfterAll
  void all_of_them_were_struck() {
    Set<Failpoint> missing = new TreeSet<>(Set.of(Failpoint.values()));
    missing.removeAll(Set.of(Failpoint.SINK_BEFORE_COMMIT, Failpoint.SINK_AFTER_COMMIT));
    missing.removeAll(struck);
    Figures.atMost(0, "failpoints-without-a-case", missing.size());
    assertThat(missing).as("failpoints that no case has struck").isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_NONE, names = OF_TABLES)
  void a_run_that_throws_leaves_the_old_result_or_the_new_one(Failpoint at) {
    everyHit(
        at,
        "throw",
        point -> {
          throw new Failpoint.Injected("at " + point.word());
        });
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_NONE, names = OF_TABLES)
  void a_step_that_is_done_and_then_fails_leaves_the_old_result_or_the_new_one(Failpoint at) {
    everyHit(at, "throw-after", point -> Failpoint.throwAtNext());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_NONE, names = OF_TABLES)
  void of_two_runs_at_once_one_publishes_and_readers_see_it_whole(Failpoint at) {
    everyHit(at, "beside", point -> {});
  }

  /** A file that only one may create is created four times in a run. */
  private void everyHit(Failpoint at, String action, Consumer<Failpoint> fault) {
    int hits = at == Failpoint.CREATE_HALF_WRITTEN ? 4 : 1;
    for (int nth = 1; nth <= hits; nth++) {
      String name = at.word() + "-" + action + "-" + nth;
      Broken broken = new Broken(readings, name);
      Fault once = new Fault(at, nth, action.equals("beside") ? beside(broken, name) : fault);
      broken.go(
          old, () -> Failpoint.during(() -> broken.run(name, Version.NEW, "out/" + name), once));
      assertThat(once.hits.get()).as("hits of " + name).isGreaterThanOrEqualTo(nth);
      struck.add(at);
      Figures.report("failpoint-combinations", 1, Figures.Better.HIGHER);
      Figures.struck(1);
    }
  }

  /** A whole run of the same interval in a thread of its own: a task's thread has no session. */
  private static Consumer<Failpoint> beside(Broken broken, String name) {
    return point -> {
      FutureTask<Integer> other =
          new FutureTask<>(() -> broken.run(name, Version.NEW, "out/" + name));
      new Thread(other, "the run beside").start();
      try {
        assertThat(other.get()).as("exit of the run beside").isZero();
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** Acts at the n-th hit of one failpoint, once. */
  private static final class Fault implements Consumer<Failpoint> {
    private final Failpoint at;
    private final int nth;
    private final Consumer<Failpoint> action;
    private final AtomicInteger hits = new AtomicInteger();

    Fault(Failpoint at, int nth, Consumer<Failpoint> action) {
      this.at = at;
      this.nth = nth;
      this.action = action;
    }

    @Override
    public void accept(Failpoint point) {
      if (point == at && hits.incrementAndGet() == nth) {
        action.accept(point);
      }
    }
  }
}
