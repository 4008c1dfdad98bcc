package dev.nightjar.certificate;

import dev.nightjar.bundle.Bundle;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of the reference for as long as somebody needs them: one for each bundle, started
 * by the first run that asks for it and shared by those that follow. Thread-safe.
 */
public final class References implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(References.class);

  private final Map<String, ReferenceProcess> byBundle = new HashMap<>();

  /** The process of a bundle, which may still be loading. */
  synchronized ReferenceProcess of(Bundle bundle) throws IOException {
    ReferenceProcess known = byBundle.get(bundle.digest());
    if (known != null && known.isAlive()) {
      return known;
    }
    if (known != null) {
      discard(known);
    }
    ReferenceProcess started = ReferenceProcess.start(bundle);
    byBundle.put(bundle.digest(), started);
    return started;
  }

  /** Ends a process that is of no use any more; whoever needs one gets another. */
  synchronized void discard(ReferenceProcess process) {
    byBundle.values().removeIf(one -> one == process);
    end(process);
  }

  private static void end(ReferenceProcess process) {
    try {
      process.close();
    } catch (IOException e) {
      LOG.warn("what the process of the reference has left cannot be taken away", e);
    }
  }

  /** Ends all of them, whatever they do. */
  @Override
  public synchronized void close() {
    byBundle.values().forEach(References::end);
    byBundle.clear();
  }
}
