package dev.nightjar.schedule.node;

import java.util.Collection;

/**
 * Wakes a node when jobs are due. What is due then is read from the ledger and the schedules, never
 * from the timer: to be woken late, twice or for nothing does no harm.
 */
public interface Timer extends AutoCloseable {
  /** Wakes for these jobs from now on, and for no others. */
  void set(Collection<JobFile.Sound> jobs, Runnable wake);

  @Override
  void close();
}
