package dev.nightjar.cli;

import dev.nightjar.ledger.LedgerException;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Tells people what went wrong. */
final class Complaint {
  private Complaint() {}

  /** What went wrong, also in a ledger, which runs know nothing of. */
  static Failure failure(Exception thrown) {
    return thrown instanceof LedgerException
        ? new Failure(ExitCode.FAILED, String.valueOf(thrown.getMessage()), thrown)
        : Failure.of(thrown);
  }

  /** Prints a failure's message, and where it came from when asked to; returns its exit code. */
  static int print(Failure failure, CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    String text = Main.environment(spec).redact(failure.message());
    text.lines().forEach(line -> err.println("nightjar: " + line));
    printOrigin(failure.cause(), spec);
    err.flush();
    return failure.exit().code();
  }

  /** Prints where something came from, when asked to. */
  static void printOrigin(Throwable cause, CommandSpec spec) {
    if (Main.isVerbose(spec)) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      spec.commandLine().getErr().println(Main.environment(spec).redact(trace.toString()));
    }
  }
}
