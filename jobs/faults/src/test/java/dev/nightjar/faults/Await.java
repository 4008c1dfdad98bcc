package dev.nightjar.faults;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for other processes. */
public final class Await {
  private static final long LOOK_AGAIN_NANOS = 10_000_000;

  private Await() {}

  /**
   * Waits until something is so.
   *
   * @throws AssertionError naming it when it is not so in time
   */
  public static void until(String what, Duration atMost, BooleanSupplier isSo) {
    if (!comes(atMost, isSo)) {
      throw new AssertionError("not within " + atMost.toSeconds() + " s: " + what);
    }
  }

  /** Whether something comes to be so in time. */
  public static boolean comes(Duration atMost, BooleanSupplier isSo) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return true;
  }
}
