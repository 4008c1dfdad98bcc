package dev.nightjar.run;

import java.io.Serial;
import java.util.List;

/**
 * What the job file asks for does not fit what is there; the message has one line for each finding.
 */
public final class PreflightException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public PreflightException(List<String> findings) {
    super(String.join("\n", findings));
  }
}
