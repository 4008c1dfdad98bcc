package dev.nightjar.online.model;

import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestedRows;
import java.time.Instant;

/**
 * A request on a thread that scores; its steps are taken in this order, and each may throw a {@link
 * dev.nightjar.online.request.RequestException}.
 */
public interface ScoreJob {

  /** How long its body is, as it came. */
  int bodyBytes();

  /** Its rows, decoded. */
  RequestedRows rows();

  /** The time for which it asks for features. */
  Instant time();

  /** Its answers, encoded. */
  byte[] encoded(Answers answers);
}
