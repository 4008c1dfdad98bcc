package dev.nightjar.notice;

import java.time.Duration;
import java.util.Optional;

/** Delivers messages. Thread-safe; may take its time. */
public interface Sender {
  /** The header that names the event. */
  String KEY = "Idempotency-Key";

  /** What a delivery has come to. */
  sealed interface Sent {
    /** It has arrived. */
    record Arrived() implements Sent {}

    /**
     * It was not taken, and would not be later on.
     *
     * @param problem in a sentence, without secrets
     */
    record Refused(String problem) implements Sent {}

    /**
     * It may not have arrived, and is to be sent again.
     *
     * @param problem in a sentence, without secrets
     * @param asked how long to wait at least, as the receiver says; empty when it does not
     */
    record Again(String problem, Optional<Duration> asked) implements Sent {}
  }

  /**
   * Delivers a message.
   *
   * @param to who is told
   * @param name of the receiver, for a log
   */
  Sent send(Notify.Receiver to, String name, Message message);
}
