package dev.nightjar.cli;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.PreflightException;
import dev.nightjar.run.RefusedException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** What went wrong, as one message and an exit code. */
record Failure(ExitCode exit, String message, Throwable cause) {

  static Failure of(Throwable thrown) {
    Throwable known = firstKnown(thrown);
    if (known != null) {
      return new Failure(ExitCode.of(known), String.valueOf(known.getMessage()), thrown);
    }
    Throwable root = root(thrown);
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
    return new Failure(ExitCode.FAILED, text, thrown);
  }

  /** Prints the message, and where it came from when asked to. */
  int print(PrintWriter err, boolean verbose) {
    String text = Console.ENVIRONMENT.redact(message);
    text.lines().forEach(line -> err.println("nightjar: " + line));
    if (verbose) {
      cause.printStackTrace(err);
    }
    err.flush();
    return exit.code();
  }

  private static @Nullable Throwable firstKnown(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof ConfigurationException
          || at instanceof PreflightException
          || at instanceof RefusedException
          || at instanceof TableException
          || at instanceof BundleException) {
        return at;
      }
    }
    return null;
  }

  private static Throwable root(Throwable thrown) {
    Throwable at = thrown;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }
}
