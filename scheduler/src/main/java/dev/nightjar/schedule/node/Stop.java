package dev.nightjar.schedule.node;

/** Why a run is stopped. */
enum Stop {
  /** A person wants it. */
  CANCELLED(false),
  /** It has run for longer than it may. */
  TIMED_OUT(false),
  /** The scheduler ends. */
  SHUT_DOWN(false),
  /** Another scheduler has its slot. */
  LEASE_LOST(true),
  /** Another scheduler may have its slot: the lease could not be renewed. */
  LEASE_RAN_OUT(true);

  private final boolean isUrgent;

  Stop(boolean isUrgent) {
    this.isUrgent = isUrgent;
  }

  /** Whether there is no time to ask it to end. */
  boolean isUrgent() {
    return isUrgent;
  }

  /** Whether it has to do with the scheduler and not with the slot: it is to be run again. */
  boolean isNodes() {
    return this != CANCELLED && this != TIMED_OUT;
  }
}
