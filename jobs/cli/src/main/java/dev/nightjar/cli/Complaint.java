package dev.nightjar.cli;

import dev.nightjar.run.Failure;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Tells people what went wrong. */
final class Complaint {
  private Complaint() {}

  /** Prints a failure's message, and where it came from when asked to; returns its exit code. */
  static int print(Failure failure, CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    String text = Main.environment(spec).redact(failure.message());
    text.lines().forEach(line -> err.println("nightjar: " + line));
    if (Console.isVerbose()) {
      failure.cause().printStackTrace(err);
    }
    err.flush();
    return failure.exit().code();
  }
}
