package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Cause;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Starts runs. Thread-safe; may take its time. */
public interface Launcher {
  /**
   * Starts a run, which ends by itself when this process does.
   *
   * @throws IOException when it cannot be started, with the reason; nothing runs then
   */
  Child start(Order order) throws IOException;

  /**
   * What is to be run.
   *
   * @param job the job's name
   * @param interval what is scored
   * @param cause why
   * @param fence of the lease under which it runs: no other run of the interval has the same
   */
  record Order(String job, Interval interval, Cause cause, long fence) {}

  /** A run that was started. Thread-safe. */
  interface Child {
    /** Its exit code, once nothing of it is left; never fails. */
    CompletableFuture<Integer> exit();

    /** Asks it to end, and ends it when it does not. Returns at once. */
    void stop();

    /** Ends it without asking. Returns at once. */
    void kill();

    /** What it said last, in a line for people, and where to read more; empty for nothing. */
    String lastWords();
  }
}
