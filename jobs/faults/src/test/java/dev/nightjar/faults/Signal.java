package dev.nightjar.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals to processes that this test started. */
public enum Signal {
  KILL,
  SEGV,
  STOP,
  CONT;

  /** Sends it to a process. */
  public void to(long pid) {
    send(Long.toString(pid));
  }

  /** Sends it to a process that leads a group, and to all of the group. */
  public void toGroup(long leader) {
    send("-" + leader);
  }

  private void send(String target) {
    try {
      new ProcessBuilder("kill", "-" + name(), "--", target)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
