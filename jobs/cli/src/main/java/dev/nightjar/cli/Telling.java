package dev.nightjar.cli;

import dev.nightjar.job.Project;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Notices;
import dev.nightjar.notice.Courier;
import dev.nightjar.notice.Deliveries;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** People are told while a scheduler of a project runs. Thread-safe. */
final class Telling implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;

  private final Courier courier;
  private final Deliveries deliveries;
  private final Closeable rounds;

  private Telling(Courier courier, Deliveries deliveries) {
    this.courier = courier;
    this.deliveries = deliveries;
    this.rounds = courier.start();
  }

  static Telling start(
      String node,
      Project project,
      Ledger ledger,
      Executor executor,
      Clock clock,
      Consumer<String> say) {
    Deliveries deliveries = new Deliveries(project.folder(), clock, Deliveries.USUAL_TIMEOUT);
    ProjectNotices place = new ProjectNotices(project);
    return new Telling(
        new Courier(
            node,
            new Notices(ledger),
            new Courier.Tools(place, deliveries, place, executor, clock, say)),
        deliveries);
  }

  /** For one who does not stay: delivers what can be now. */
  void finish() {
    stopRounds();
    courier.round();
    while (!courier.isIdle()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
    }
  }

  private void stopRounds() {
    try {
      rounds.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is under way is delivered again by whoever is there. */
  @Override
  public void close() {
    stopRounds();
    deliveries.close();
  }
}
