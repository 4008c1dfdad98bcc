package dev.nightjar.registry;

import dev.nightjar.fault.Failpoint;

/** A process that dies with half a file written. */
final class Crash {
  private Crash() {}

  /**
   * Takes a step and stops it when the first half of the n-th file that it creates is written;
   * whether it came so far.
   */
  static boolean inCreation(int nth, Runnable step) {
    int[] left = {nth};
    try {
      Failpoint.during(
          () -> {
            step.run();
            return true;
          },
          point -> {
            if (point == Failpoint.CREATE_HALF_WRITTEN && --left[0] == 0) {
              throw new Failpoint.Injected("here");
            }
          });
      return false;
    } catch (Failpoint.Injected e) {
      return true;
    }
  }
}
